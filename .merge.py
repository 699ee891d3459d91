import re
def res(p, choices):
    s=open(p).read()
    parts=re.split(r'<<<<<<< HEAD\n(.*?)=======\n(.*?)>>>>>>> [^\n]*\n', s, flags=re.S)
    out=parts[0]; k=0
    for i in range(1,len(parts),3):
        ours,theirs,after=parts[i],parts[i+1],parts[i+2]
        c=choices[k]; k+=1
        out+= {'o':ours,'t':theirs,'ot':ours+theirs,'to':theirs+ours}.get(c) if c in('o','t','ot','to') else c
        out+=after
    assert k==len(choices),(p,k)
    open(p,'w').write(out)
res('CHANGELOG.md',["- `--admin`, `--admin-token-file`: an HTTP listener for who runs the proxy, with [metrics](docs/metrics.md) for Prometheus, health\n  checks, a status page, sessions that can be ended and logins whose SEND can be refused ([docs/admin.md](docs/admin.md)).\n- `--print-config`; a JSON schema of the config file for editors.\n"])
res('docs/architecture.md',["""  proxy-certificates.ts proxy-senders.ts proxy-reload.ts   what can change while it runs
  proxy-observation.ts proxy-control.ts proxy-admin.ts proxy-probes.ts   what is seen of it from outside, and done to it
  client/     THE OTHER SIDE, for who sends: on imapflow, without anything of the proxy
    send-messages command-channel send-response    SEND, and what is said about each message
    append-and-send outbox copies submit outgoing-message    stored once and sent once, whenever it is interrupted
    connect netrc sent-mailbox             a session, where its password may be, where sent messages belong
    send-run sources mbox maildir          files, one after the other
"""])
res('docs/configuration.md',['o'])
res('src/cli/program.ts',['to'])
res('src/proxy-serving.ts',["import { type Control, ENDED } from './proxy-control.js';\nimport { createSenders, type Senders } from './proxy-senders.js';\nimport { type ProxyState, rateLimits } from './proxy-state.js';\n","import { Metered } from './send/metered.js';\nimport { RefusedLogins, refusingLogins } from './send/refused-logins.js';\n",'ot','ot'])
res('src/proxy-state.ts',["export function createState(\n  { state, limits }: Config,\n  log: Log,\n  tuning: StateTuning,\n  meter: Meter,\n): ProxyState {\n"])
s_imports="import { createObservation } from './proxy-observation.js';\nimport { createReload, everyLimit, logLevel, type Reloaded } from './proxy-reload.js';\n"
res('src/proxy-workers.ts',[s_imports+"import { rateLimits, type StateTuning } from './proxy-state.js';\n",
"  const observation = await createObservation(config, output);\n  const { log, metrics } = observation;\n  const health = createHealth();\n  const state = config.state.kind === 'memory' ? createCommonState(rateLimits(config.limits)) : undefined;\n",
"    logOf: (worker) => createWorkerLog(observation.logOf(worker), worker),\n    state,\n",
'RELOAD'])
s=open('src/proxy-workers.ts').read()

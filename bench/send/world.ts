import { type Dovecot, startDovecot } from '../../test/support/dovecot.js';
import { onFreePorts } from '../../test/support/port.js';
import { scratchDirectory } from '../../test/support/scratch.js';
import type { Running } from '../contenders/contender.js';
import { startProgram } from '../contenders/node.js';
import { startServer } from '../processes.js';
import { VARIANTS } from '../scenarios.js';

/** A Dovecot, a submission server as fast as can be, and the proxy in between. */
export interface World {
  readonly dovecot: Dovecot;
  readonly smtpPort: number;
  readonly proxyPort: number;
  readonly proxy: Running;
  stop(): Promise<void>;
}

/** The servers run where this process does; the proxy, and clients that do its work themselves, on the other processor. */
export const WORK_PROCESSOR = VARIANTS.plain.processors;

export async function startWorld(): Promise<World> {
  const files = scratchDirectory('bench');
  const dovecot = await startDovecot();
  const smtp = await startServer('send/submission.js');
  const [proxyPort, proxy] = await onFreePorts(1, async ([port]) => {
    const setting = {
      directory: files.path,
      port: port as number,
      processors: WORK_PROCESSOR,
      upstreamPort: dovecot.port,
    };
    const flags = [
      `--listen=imap://127.0.0.1:${port}`,
      `--submission=smtp://127.0.0.1:${smtp.port}`,
      '--submission-auth=none',
      '--sender-policy=submission',
      `--spool-dir=${files.path}`,
      '--max-message-size=200MiB',
    ];
    return [port as number, await startProgram(setting, flags)] as const;
  });
  return {
    dovecot,
    smtpPort: smtp.port,
    proxyPort,
    proxy,
    stop: async () => {
      await proxy.stop();
      await smtp.stop();
      await dovecot.stop();
      await files.remove();
    },
  };
}

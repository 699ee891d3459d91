import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Copy, DockerfileParser } from 'dockerfile-ast';

const run = promisify(execFile);

type Step =
  | { readonly kind: 'run'; readonly command: string }
  | {
      readonly kind: 'copy';
      readonly from?: string;
      readonly sources: readonly string[];
      readonly to: string;
    };

interface Stage {
  readonly from: string;
  readonly name: string | undefined;
  readonly workdir: string;
  readonly steps: readonly Step[];
}

/** What a Dockerfile says; all but the stages is of the last one. */
export interface Image {
  readonly stages: readonly Stage[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly expose: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly healthcheck: readonly string[];
}

/** @throws Error for an instruction that is not known here. */
export function parseImage(dockerfile: string): Image {
  const stages: { from: string; name: string | undefined; workdir: string; steps: Step[] }[] = [];
  const image = { env: {} as Record<string, string>, user: 'root', expose: [] as string[] };
  const commands = { entrypoint: [] as string[], cmd: [] as string[], healthcheck: [] as string[] };
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    const words = instruction.getArguments().map((argument) => argument.getValue());
    const text = instruction.getArgumentsContent() ?? '';
    const stage = stages.at(-1);
    switch (instruction.getKeyword()) {
      case 'FROM':
        stages.push({ from: words[0] ?? '', name: words[2], workdir: '/', steps: [] });
        Object.assign(image, { env: {}, user: 'root', expose: [] });
        break;
      case 'WORKDIR':
        if (stage) stage.workdir = text;
        break;
      case 'COPY': {
        const from = (instruction as Copy).getFromFlag()?.getValue() ?? undefined;
        const paths = [...words];
        const to = paths.pop() ?? '';
        stage?.steps.push({ kind: 'copy', sources: paths, to, ...(from !== undefined && { from }) });
        break;
      }
      case 'RUN':
        stage?.steps.push({ kind: 'run', command: text });
        break;
      case 'ENV':
        for (const [, name = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g)) image.env[name] = value;
        break;
      case 'USER':
        image.user = text;
        break;
      case 'EXPOSE':
        image.expose.push(...words);
        break;
      case 'ENTRYPOINT':
        commands.entrypoint = JSON.parse(text);
        break;
      case 'CMD':
        commands.cmd = JSON.parse(text);
        break;
      case 'HEALTHCHECK':
        commands.healthcheck = JSON.parse(text.slice(text.indexOf('CMD') + 3));
        break;
      case 'STOPSIGNAL':
        break;
      default:
        throw new Error(`unknown here: ${instruction.getKeyword()}`);
    }
  }
  return { stages, ...image, ...commands };
}

/**
 * Carries out COPY and RUN of all stages below a directory, with the repository as context.
 * @returns the directory that is WORKDIR of the last stage.
 */
export async function replay(image: Image, directory: string): Promise<string> {
  const context = fileURLToPath(new URL('../../../../', import.meta.url));
  const rootOf = (stage: number) => join(directory, `stage${stage}`);
  for (const [n, { workdir, steps }] of image.stages.entries()) {
    const here = join(rootOf(n), workdir);
    await mkdir(here, { recursive: true, mode: 0o755 });
    for (const step of steps) {
      if (step.kind === 'run') {
        // What the first npm ci fetched need not be fetched again.
        const env = {
          ...process.env,
          npm_config_prefer_offline: 'true',
          npm_config_update_notifier: 'false',
        };
        await run('sh', ['-c', step.command], { cwd: here, env });
        continue;
      }
      const from = image.stages.findIndex(({ name }) => name !== undefined && name === step.from);
      for (const source of step.sources) {
        const path = step.from === undefined ? join(context, source) : join(rootOf(from), source);
        const to = resolve(here, step.to);
        const into = step.to.endsWith('/') ? join(to, source.split('/').at(-1) ?? '') : to;
        await cp(path, into, { recursive: true, verbatimSymlinks: true });
      }
    }
  }
  return join(rootOf(image.stages.length - 1), image.stages.at(-1)?.workdir ?? '');
}

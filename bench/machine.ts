import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the figures depend on: processor, kernel, versions. */
export async function machine(packages: readonly string[]): Promise<string[]> {
  const info = readFileSync('/proc/cpuinfo', 'latin1');
  const [, model = process.arch] = /^model name\s*:\s*(.*)$/m.exec(info) ?? [];
  const kernel = readFileSync('/proc/sys/kernel/osrelease', 'latin1').trim();
  const [, version = kernel] = /^(\d+\.\d+)/.exec(kernel) ?? [];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of dpkg-query(1)
  const format = '--showformat=${Package} ${Version}\\n';
  const { stdout } = await run('dpkg-query', ['--show', format, ...packages]);
  return [
    `${cpus().length} processors ${model.trim()}`,
    `Linux ${version}`,
    `Node.js ${process.versions.node}`,
    ...stdout.trim().split('\n'),
  ];
}

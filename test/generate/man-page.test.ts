import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runProgram } from '../cli/program.js';
import { ensure } from '../support/packages.js';

const page = fileURLToPath(new URL('../../../man/imap-send-proxy.1', import.meta.url));
const mandoc = (...args: string[]) => promisify(execFile)('mandoc', [...args, page], { timeout: 60_000 });

const BACKSPACE = String.fromCharCode(8);

describe('the manual page', () => {
  before(() => ensure('mandoc'));

  test('mandoc has nothing to say against it', async () => {
    const { stdout } = await mandoc('-T', 'lint', '-W', 'all');
    assert.equal(stdout, '');
  });

  test('has every command and option of --help, and each option in the section of its command', async () => {
    const { stdout } = await mandoc('-T', 'utf8', '-O', 'width=110');
    // Overstrikes are bold and underlined.
    const shown = stdout.replaceAll(new RegExp(`.${BACKSPACE}`, 'g'), '');
    const { out } = await runProgram(['--help']);
    const commands = [...out.matchAll(/^ {2}imap-send-proxy (\S+)/gm)].map(([, command = '']) => command);
    assert.ok(commands.length > 2, out);
    for (const option of ['--help', '--version']) assert.ok(shown.includes(option), option);
    for (const command of commands.filter((each) => each !== 'completion')) {
      const section = new RegExp(`^   ${command}\\n(.*?)^(?=   \\w|[A-Z])`, 'ms').exec(shown)?.[1] ?? '';
      const { out: help } = await runProgram([command, '--help']);
      const options = [...help.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option = '']) => option);
      assert.ok(command !== 'serve' || options.length > 40, help);
      for (const option of options.filter((each) => !['--help', '--version'].includes(each))) {
        assert.match(section, new RegExp(`^ +${option}( value)?( |$)`, 'm'), `${command} ${option}`);
      }
    }
  });
});

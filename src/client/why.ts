import type { Why } from './submit.js';

/** What a refusal was about and who said what. In a stranger's words: to be cleaned before it is shown. */
export function wordsOf({ result, answer }: Why): string {
  if (result === undefined) return answer.text;
  const { command, parameter, reply } = result;
  const about = parameter === '' ? command : `${command} ${parameter}`;
  const said = [reply.code, reply.enhancedCode, reply.text].filter(
    (part) => part !== undefined && part !== '',
  );
  return `${about}: ${said.join(' ')}`;
}

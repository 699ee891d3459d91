import { type Node, parse } from 'acorn';

/** What instrumented code calls with the number of the place it reached. */
export const REACHED = Symbol.for('imap-send-proxy.fuzz.reached');
const CALL = '__reached';

/**
 * The same module, counting: each way through a function, condition, loop, case or logical operator calls `REACHED`
 * with a number of its own, also where an `else` is only thought. Lines stay where they are, so that stack traces say
 * the truth.
 *
 * @param name makes the numbers of one module differ from those of others
 */
export function instrument(source: string, name: string): string {
  const insertions: Insertion[] = [];
  let places = 0;
  const hit = () => `${CALL}(${number(`${name}#${places++}`)})`;
  visit(parse(source, { ecmaVersion: 'latest', sourceType: 'module' }), hit, insertions);
  return `const ${CALL}=globalThis[Symbol.for(${JSON.stringify(Symbol.keyFor(REACHED))})];${spliced(source, insertions)}`;
}

/** `order` puts what belongs to an outer node in front, at a start, and behind, at an end. */
interface Insertion {
  readonly at: number;
  readonly order: number;
  readonly text: string;
}

/** A node of whichever type: children are found by looking. */
type AnyNode = Node & { readonly [key: string]: unknown };

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

function visit(root: Node, hit: () => string, insertions: Insertion[]): void {
  let depth = 0;
  const insert = (at: number, text: string, end = false) =>
    insertions.push({ at, order: end ? -depth : depth, text });
  const expression = (node: AnyNode) => {
    insert(node.start, `(${hit()},`);
    insert(node.end, ')', true);
  };
  const statement = (node: AnyNode) => {
    insert(node.start, `{${hit()};`);
    insert(node.end, '}', true);
  };

  const walk = (node: AnyNode): void => {
    depth++;
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression': {
        const body = node['body'] as AnyNode;
        if (body.type === 'BlockStatement') insert(body.start + 1, `${hit()};`);
        else expression(body);
        break;
      }
      case 'IfStatement': {
        statement(node['consequent'] as AnyNode);
        if (isNode(node['alternate'])) statement(node['alternate']);
        else insert(node.end, `else{${hit()};}`, true);
        break;
      }
      case 'ForStatement':
      case 'ForOfStatement':
      case 'ForInStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        statement(node['body'] as AnyNode);
        break;
      case 'SwitchCase': {
        const [first] = node['consequent'] as AnyNode[];
        if (first !== undefined) insert(first.start, `${hit()};`);
        break;
      }
      case 'ConditionalExpression':
        expression(node['consequent'] as AnyNode);
        expression(node['alternate'] as AnyNode);
        break;
      case 'LogicalExpression':
        expression(node['right'] as AnyNode);
        break;
    }
    for (const child of Object.values(node).flat()) if (isNode(child)) walk(child);
    depth--;
  };
  walk(root as AnyNode);
}

function spliced(source: string, insertions: readonly Insertion[]): string {
  const sorted = [...insertions].sort((a, b) => a.at - b.at || a.order - b.order);
  let text = '';
  let from = 0;
  for (const { at, text: inserted } of sorted) {
    text += source.slice(from, at) + inserted;
    from = at;
  }
  return text + source.slice(from);
}

/** FNV-1a, 16 bits of it: numbers that are the same in every run. */
function number(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return (hash ^ (hash >>> 16)) & 0xffff;
}

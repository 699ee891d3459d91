import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Placed, Roster } from '../../src/relay/roster.js';

interface Named extends Placed {
  readonly name: number;
}

test('has those who were added and not deleted, whatever the order', () => {
  const roster = new Roster<Named>();
  const expected = new Set<Named>();
  const names = (all: Iterable<Named>) => [...all].map(({ name }) => name).sort((one, other) => one - other);
  let state = 1;
  const random = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let name = 0; name < 500; name++) {
    const added = { name, place: -1 };
    roster.add(added);
    expected.add(added);
    for (let goes = random(3); goes > 0 && expected.size > 0; goes--) {
      const gone = [...expected][random(expected.size)] as Named;
      roster.delete(gone);
      expected.delete(gone);
    }
    assert.deepEqual(names(roster), names(expected));
  }
});

test('one who is not there is not mistaken for another', () => {
  const roster = new Roster<Named>();
  const [first, second, never] = [1, 2, 3].map((name) => ({ name, place: -1 })) as [Named, Named, Named];
  roster.add(first);
  roster.delete(never);
  roster.add(second);
  roster.delete(first);
  roster.delete(first);
  assert.deepEqual([...roster], [second]);
});

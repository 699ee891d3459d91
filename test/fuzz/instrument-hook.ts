import type { LoadHook } from 'node:module';
import { instrument } from './instrument.js';

/** The modules whose coverage guides the fuzzer: those that read what peers send. */
const GUIDED = /\/src\/(?:(?:imap|gate|send\/message)\/[^/]+|send\/smtp\/dot-stuffing)\.js$/;

/** A module hook of Node: the modules under test come instrumented. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context);
  const name = GUIDED.exec(url)?.[0];
  if (name === undefined || loaded.format !== 'module' || loaded.source === undefined) return loaded;
  const text = Buffer.from(loaded.source as Uint8Array).toString('utf8');
  return { ...loaded, source: instrument(text, name) };
};

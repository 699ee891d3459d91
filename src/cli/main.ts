#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=65536 MALLOC_TRIM_THRESHOLD_=65536 node --max-semi-space-size=2
import '../heap.js';
import { expectReload } from './signals.js';

if (process.argv.includes('serve')) expectReload();
// Imported now, not above: the other modules take a while to load, and much of the heap.
await import('./program.js');

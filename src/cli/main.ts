#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=65536 MALLOC_TRIM_THRESHOLD_=65536 node --max-semi-space-size=2
import './heap.js';

// Not imported like that: all of it would be loaded first, and the heap be as large already as it must not become.
await import('./program.js');

import '../heap.js';

// Imported now, not above, as in cli/main.ts.
await import('./worker.js');

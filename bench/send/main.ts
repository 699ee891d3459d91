import { type Job, work } from './jobs.js';

/** A client as a process of its own: its argument is the job, its output the seconds that it took. */
console.log(JSON.stringify(await work(JSON.parse(process.argv[2] as string) as Job)));
process.exit();

import { startPatientSubmission } from '../../test/send/support/patient-submission.js';

/** A submission server as a process of its own: accepts everything, keeps nothing, and is as fast as can be. */
const { port } = await startPatientSubmission({ pipelining: true });
console.log(`port ${port}`);

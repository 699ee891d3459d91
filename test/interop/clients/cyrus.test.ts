import { startCyrus } from '../../support/cyrus.js';
import { quickCases } from './jobs.js';
import { matrix } from './matrix.js';

matrix('Cyrus', startCyrus, quickCases);

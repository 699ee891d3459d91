import { startCyrus } from '../../support/cyrus.js';
import { allCases } from './jobs.js';
import { matrix } from './matrix.js';

matrix('Cyrus', startCyrus, allCases);

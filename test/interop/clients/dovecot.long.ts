import { startDovecot } from '../../support/dovecot.js';
import { allCases } from './jobs.js';
import { matrix } from './matrix.js';

matrix('Dovecot', startDovecot, allCases);

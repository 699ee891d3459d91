import { startDovecot } from '../../support/dovecot.js';
import { quickCases } from './jobs.js';
import { matrix } from './matrix.js';

matrix('Dovecot', startDovecot, quickCases);

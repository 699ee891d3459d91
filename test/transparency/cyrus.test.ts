import { startCyrus } from '../support/cyrus.js';
import { scripts } from './scripts.js';
import { transparency } from './suite.js';

transparency('Cyrus', (accounts) => startCyrus({ accounts }), scripts);

import { alpine } from './alpine.js';
import { curl } from './curl.js';
import { fetchmail } from './fetchmail.js';
import { getmail } from './getmail.js';
import { imapfilter } from './imapfilter.js';
import { imapflow } from './imapflow.js';
import { imaplib } from './imaplib.js';
import type { Case, Job } from './job.js';
import { mailImapclient } from './mail-imapclient.js';
import { mbsync } from './mbsync.js';
import { mutt, neomutt } from './mutt.js';
import { offlineimap } from './offlineimap.js';
import { thunderbird } from './thunderbird.js';

const jobs: readonly Job[] = [
  alpine,
  curl,
  fetchmail,
  getmail,
  imapfilter,
  imapflow,
  imaplib,
  mailImapclient,
  mbsync,
  mutt,
  neomutt,
  offlineimap,
  thunderbird,
];

export const allCases: readonly Case[] = jobs.flatMap((job) =>
  (job.securities ?? ['plain']).map((security) => ({ job, security })),
);

const quickest: readonly Job[] = [fetchmail, imapflow];

/** The quickest in all ways to connect, the others in one, without Thunderbird, which takes as long as many others. */
export const quickCases = allCases.filter(
  ({ job, security }) => job !== thunderbird && (security === 'plain' || quickest.includes(job)),
);

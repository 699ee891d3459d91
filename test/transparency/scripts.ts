import type { Script } from './script.js';
import { administration } from './scripts/administration.js';
import { annotations } from './scripts/annotations.js';
import { appending } from './scripts/appending.js';
import { authenticating } from './scripts/authenticating.js';
import { binary } from './scripts/binary.js';
import { catenate } from './scripts/catenate.js';
import { changes } from './scripts/changes.js';
import { changing } from './scripts/changing.js';
import { condstore } from './scripts/condstore.js';
import { cyrus } from './scripts/cyrus.js';
import { endings } from './scripts/endings.js';
import { fetching } from './scripts/fetching.js';
import { hardMessages } from './scripts/hard-messages.js';
import { idling } from './scripts/idling.js';
import { lines } from './scripts/lines.js';
import { listing } from './scripts/listing.js';
import { literals } from './scripts/literals.js';
import { login } from './scripts/login.js';
import { long } from './scripts/long.js';
import { mailboxes } from './scripts/mailboxes.js';
import { messageData } from './scripts/message-data.js';
import { moving } from './scripts/moving.js';
import { multiappend } from './scripts/multiappend.js';
import { names } from './scripts/names.js';
import { notify } from './scripts/notify.js';
import { odd } from './scripts/odd.js';
import { reading } from './scripts/reading.js';
import { rights } from './scripts/rights.js';
import { searchResults } from './scripts/search-results.js';
import { searches } from './scripts/searches.js';
import { searching } from './scripts/searching.js';
import { segments } from './scripts/segments.js';
import { sessions } from './scripts/sessions.js';
import { smuggling } from './scripts/smuggling.js';
import { sorting } from './scripts/sorting.js';
import { states } from './scripts/states.js';
import { storing } from './scripts/storing.js';
import { unoffered } from './scripts/unoffered.js';
import { urls } from './scripts/urls.js';

/** Everything that is played; a new script goes into the file of its kind. */
export const scripts: readonly Script[] = [
  ...login,
  ...mailboxes,
  ...reading,
  ...storing,
  ...searching,
  ...changes,
  ...odd,
  ...binary,
  ...catenate,
  ...literals,
  ...multiappend,
  ...searchResults,
  ...sorting,
  ...annotations,
  ...condstore,
  ...listing,
  ...moving,
  ...notify,
  ...rights,
  ...cyrus,
  ...messageData,
  ...sessions,
  ...unoffered,
  ...urls,
  ...administration,
  ...states,
  ...hardMessages,
  ...changing,
  ...endings,
  ...segments,
  ...long,
  ...lines,
  ...smuggling,
  ...idling,
  ...authenticating,
  ...searches,
  ...names,
  ...fetching,
  ...appending,
];

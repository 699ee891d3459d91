/** For programs that send with imapflow through a server that offers SEND: docs/client-library.md. */
export { type AppendAndSendOptions, appendAndSend, type Delivery } from './append-and-send.js';
export { MailboxError } from './copies.js';
export {
  offersSend,
  SendInterruptedError,
  type SendMessagesOptions,
  SendNotOfferedError,
  type SendReport,
  sendMessages,
} from './send-messages.js';
export type { Reply, SendProgress, SendResult } from './send-response.js';
export type { Fate, Why } from './submit.js';

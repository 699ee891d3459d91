/**
 * What is run inside Thunderbird, with its own interfaces: https://searchfox.org/comm-central/source/mailnews/
 * Its arguments are user, password, the authority of certificates in base64, and the path of a message.
 */
export const script = `
const [user, password, authority, path] = args;
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");

Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB).addCertFromBase64(authority, "CT,,");
const login = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
login.init("imap://127.0.0.1", null, "imap://127.0.0.1", user, password, "", "");
await Services.logins.addLoginAsync(login);

const settle = (resolve, reject) => (status) =>
  status === 0 ? resolve() : reject(new Error("failed with 0x" + (status >>> 0).toString(16)));
const done = (start) => new Promise((resolve, reject) => start({
  QueryInterface: ChromeUtils.generateQI(["nsIUrlListener"]),
  OnStartRunningUrl() {},
  OnStopRunningUrl: (url, status) => settle(resolve, reject)(status),
}));
const copied = (start) => new Promise((resolve, reject) => start({
  QueryInterface: ChromeUtils.generateQI(["nsIMsgCopyServiceListener"]),
  onStartCopy() {},
  onProgress() {},
  setMessageKey() {},
  getMessageId: () => null,
  onStopCopy: settle(resolve, reject),
}));

const root = MailServices.accounts.accounts[0].incomingServer.rootFolder;
await done((listener) => MailServices.imap.discoverAllFolders(root, listener, null));
const [inbox, drafts] = ["INBOX", "Drafts"].map((name) =>
  root.getChildNamed(name).QueryInterface(Ci.nsIMsgImapMailFolder));
const update = (folder) => done((listener) => folder.updateFolderWithListener(null, listener));

const stored = (folder, header) => {
  const stream = Cc["@mozilla.org/binaryinputstream;1"].createInstance(Ci.nsIBinaryInputStream);
  stream.setInputStream(folder.getMsgInputStream(header, {}));
  let octets = "";
  while (stream.available() > 0) octets += stream.readBytes(stream.available());
  stream.close();
  return octets;
};
const download = async (folder) => {
  folder.setFlag(Ci.nsMsgFolderFlags.Offline);
  await update(folder);
  const headers = [...folder.messages].sort((a, b) => a.messageKey - b.messageKey);
  folder.downloadMessagesForOffline(headers, null);
  while (headers.some(({ messageKey }) => !folder.hasMsgOffline(messageKey)))
    await new Promise((resolve) => setTimeout(resolve, 20));
  return headers.map((header) => {
    const { messageKey, subject, author, recipients, messageSize, isRead, isFlagged } = header;
    const keywords = header.getStringProperty("keywords");
    const text = stored(folder, header);
    return { messageKey, subject, author, recipients, messageSize, isRead, isFlagged, keywords, text };
  });
};

const folders = root.descendants.map(({ name }) => name).sort();
const fetched = await download(inbox);
const [one, two, , four] = [...inbox.messages].sort((a, b) => a.messageKey - b.messageKey);
inbox.markMessagesRead([one], true);
inbox.markMessagesFlagged([two], true);
inbox.addKeywordsToMessages([two], "$label1");
const add = (header, isMove) => copied((listener) =>
  MailServices.copy.copyMessages(inbox, [header], drafts, isMove, listener, null, false));
await add(two, false);
await add(four, true);
const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
file.initWithPath(path);
await copied((listener) => MailServices.copy.copyFileMessage(
  file, drafts, null, false, Ci.nsMsgMessageFlags.Read, "", listener, null));
const written = await download(drafts);
await done((listener) => inbox.expunge(listener, null));
await update(inbox);
return { folders, fetched, written, left: [...inbox.messages].map(({ subject }) => subject).sort() };
`;

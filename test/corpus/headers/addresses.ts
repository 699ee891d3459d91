import type { HeaderCase } from './case.js';

const UNREADABLE = '553 5.1.3 Not an address in the To field';

/** Each of them of a legal length. */
const LABELS = Array(5).fill('b'.repeat(60)).join('.');

/** What one To field says. */
function to(name: string, field: string, ...recipients: string[]): HeaderCase {
  return {
    name,
    ...headerWith(Buffer.from(field)),
    expected: { from: 'ann@a.example', to: recipients, headerFrom: ['ann@a.example'] },
  };
}

/** A To field that has something in it that is no address. */
function bad(name: string, field: string, parameter: string): HeaderCase {
  return {
    name,
    ...headerWith(Buffer.from(field)),
    expected: { refusal: { command: 'RCPT TO', parameter, reply: UNREADABLE } },
  };
}

function latin1(like: HeaderCase, field: string): HeaderCase {
  return { ...like, ...headerWith(Buffer.from(field, 'latin1')) };
}

function headerWith(field: Buffer): Pick<HeaderCase, 'header' | 'transmitted'> {
  const header = Buffer.concat([Buffer.from('From: ann@a.example\r\n'), field, Buffer.from('\r\n')]);
  return { header, transmitted: header };
}

/** The address syntax of RFC 5322 §3.4 and §4.4, RFC 5321 §4.1.2, RFC 6531 and RFC 2047 in one field. */
export const addressCases: readonly HeaderCase[] = [
  // Mailboxes.
  to('an address alone', 'To: bob@b.example', 'bob@b.example'),
  to('an address in angle brackets without a name', 'To: <bob@b.example>', 'bob@b.example'),
  to('a name of atoms with dots', 'To: Bob B. Baker Jr. <bob@b.example>', 'bob@b.example'),
  to('all of atext in a local part', "To: !#$%&'*+-/=?^_`{|}~@b.example", "!#$%&'*+-/=?^_`{|}~@b.example"),
  to('a tag behind a plus', 'To: bob+list@b.example', 'bob+list@b.example'),
  to('a domain of one label', 'To: bob@localhost', 'bob@localhost'),
  to('an underscore in a host name', 'To: bob@old_host.b.example', 'bob@old_host.b.example'),
  to('an IPv4 address literal', 'To: bob@[192.0.2.1]', 'bob@[192.0.2.1]'),
  to('an IPv6 address literal', 'To: bob@[IPv6:2001:db8::1]', 'bob@[IPv6:2001:db8::1]'),
  to('the case of a local part', 'To: Bob.BAKER@b.example', 'Bob.BAKER@b.example'),

  // Quoted local parts.
  to('a blank in a quoted local part', 'To: "bob baker"@b.example', '"bob baker"@b.example'),
  to('two blanks in a quoted local part', 'To: <"bob  baker"@b.example>', '"bob  baker"@b.example'),
  to('a quote in a quoted local part', 'To: "bob\\"baker"@b.example', '"bob\\"baker"@b.example'),
  to('a backslash in a quoted local part', 'To: "bob\\\\baker"@b.example', '"bob\\\\baker"@b.example'),
  to('an @ in a quoted local part', 'To: "eve@evil.example"@b.example', '"eve@evil.example"@b.example'),
  to(
    'an address list in a quoted local part',
    'To: "eve@e.example, x"@b.example',
    '"eve@e.example, x"@b.example',
  ),
  to('what looks like a literal in a quoted local part', 'To: "{5}"@b.example', '{5}@b.example'),
  to('a comment mark in a quoted local part', 'To: "bob(x)"@b.example', '"bob(x)"@b.example'),
  to('an empty quoted local part', 'To: ""@b.example', '""@b.example'),
  to('quotes that are not needed', 'To: "bob.baker"@b.example', 'bob.baker@b.example'),
  to('escapes that are not needed', 'To: "b\\o\\b"@b.example', 'bob@b.example'),
  to('a quoted dot at the end', 'To: "bob."@b.example', '"bob."@b.example'),
  to('a folded quoted local part', 'To: "bob\r\n baker"@b.example', '"bob baker"@b.example'),
  bad('a tab in a quoted local part', 'To: "bob\tbaker"@b.example', '"bob\tbaker"@b.example'),
  bad('angle brackets in a quoted local part', 'To: "bob> <eve"@b.example', '"bob> <eve"@b.example'),
  bad('text glued to a quoted local part', 'To: "bob"baker@b.example', '"bob"baker@b.example'),

  // What looks like an address and is none.
  to('an address in a quoted name', 'To: "eve@evil.example" <bob@b.example>', 'bob@b.example'),
  to('a list in a quoted name', 'To: "x, eve@evil.example, y" <bob@b.example>', 'bob@b.example'),
  to(
    'a bracketed address in a quoted name',
    'To: "\\"<eve@evil.example>\\"" <bob@b.example>',
    'bob@b.example',
  ),
  to('an address in a comment', 'To: (eve@evil.example,) bob@b.example (<x@evil.example>)', 'bob@b.example'),
  to('a nested comment', 'To: bob (a (b, eve@evil.example) \\) c) @ (d) b.example', 'bob@b.example'),
  to(
    'an address in an encoded word',
    'To: =?utf-8?q?eve=40evil=2Eexample=2C?= <bob@b.example>',
    'bob@b.example',
  ),
  to(
    'a bracketed address in an encoded word',
    'To: =?utf-8?b?PGV2ZUBldmlsLmV4YW1wbGU+LA==?= <bob@b.example>',
    'bob@b.example',
  ),
  to('an address in a group name', 'To: "eve@evil.example": bob@b.example;', 'bob@b.example'),
  to('a source route', 'To: <@evil.example,@r.example:bob@b.example>', 'bob@b.example'),
  bad(
    'an encoded word as local part',
    'To: =?utf-8?q?eve=40evil?=@b.example',
    '=?utf-8?q?eve=40evil?=@b.example',
  ),
  bad(
    'an address as an unquoted name',
    'To: eve@evil.example <bob@b.example>',
    'eve@evil.example <bob@b.example>',
  ),

  // Obsolete syntax.
  to('blanks around the dots and the @', 'To: bob . baker @ b . example', 'bob.baker@b.example'),
  to(
    'comments around the dots and the @',
    'To: bob(1).(2)baker(3)@(4)b(5).(6)example(7)',
    'bob.baker@b.example',
  ),
  to('quoted words between dots', 'To: "bob b".baker@b.example', '"bob b.baker"@b.example'),
  to('quoted words that need no quotes', 'To: "bob"."baker"@b.example', 'bob.baker@b.example'),
  to('empty list elements', 'To: , bob@b.example, ,, cat@c.example ,', 'bob@b.example', 'cat@c.example'),
  to('blanks in an address literal', 'To: bob@[ 192.0.2.1 ]', 'bob@[192.0.2.1]'),
  to('controls in a quoted name', 'To: "bob\x01\x7f" <bob@b.example>', 'bob@b.example'),

  // Groups (RFC 6854).
  to('a group', 'To: Team: bob@b.example, Cat <cat@c.example>;', 'bob@b.example', 'cat@c.example'),
  to(
    'a group among addresses',
    'To: a@a.example, G: b@b.example;, c@c.example',
    'a@a.example',
    'b@b.example',
    'c@c.example',
  ),
  to('an empty group and an address', 'To: undisclosed-recipients:;, bob@b.example', 'bob@b.example'),
  to('a group with empty elements', 'To: G:,, bob@b.example,;', 'bob@b.example'),
  to(
    'a group with a comment only, and a quoted group name',
    'To: "G;" :(none);, bob@b.example',
    'bob@b.example',
  ),
  bad('a group without an end', 'To: G: bob@b.example', 'G: bob@b.example'),
  bad('a group in a group', 'To: G: H: bob@b.example;;', 'H: bob@b.example'),
  bad('a group without a name', 'To: : bob@b.example;', ': bob@b.example;'),
  bad('an address behind a group without a comma', 'To: G:; bob@b.example', '; bob@b.example'),

  // Internationalised addresses (RFC 6531, 6532).
  to('a UTF-8 local part', 'To: Jürgen <jürgen@b.example>', 'jürgen@b.example'),
  to('a UTF-8 local part with a blank', 'To: "jürgen b"@b.example', '"jürgen b"@b.example'),
  to('a UTF-8 domain', 'To: bob@bücher.example', 'bob@bücher.example'),
  to('an address all in UTF-8', 'To: 用户@例子.广告', '用户@例子.广告'),
  to('A-labels', 'To: bob@xn--bcher-kva.example', 'bob@xn--bcher-kva.example'),
  bad('a domain that has no A-label', 'To: bob@b\u2100cher.example', 'bob@b\u2100cher.example'),
  bad('a domain that converts to an address', 'To: bob@０x7f.1', 'bob@０x7f.1'),
  bad('non-ASCII white space in an address', 'To: \u00a0bob@b.example', 'bob@b.example'),
  bad('a C1 control in an address', 'To: bob\u0085@b.example', 'bob\u0085@b.example'),
  latin1(bad('a Latin-1 address', '', 'j\ufffdrgen@b.example'), 'To: j\xfcrgen@b.example'),
  latin1(to('a Latin-1 name', '', 'bob@b.example'), 'To: J\xfcrgen <bob@b.example>'),

  // Broken addresses.
  bad('no @', 'To: bob', 'bob'),
  bad('no local part', 'To: @b.example', '@b.example'),
  bad('no domain', 'To: bob@', 'bob@'),
  bad('two @', 'To: bob@b.example@c.example', 'bob@b.example@c.example'),
  bad('empty angle brackets', 'To: <>', '<>'),
  bad('a name and no address', 'To: Bob <bob>', 'Bob <bob>'),
  bad('an open angle bracket', 'To: Bob <bob@b.example', 'Bob <bob@b.example'),
  bad('a closing angle bracket alone', 'To: bob@b.example>', 'bob@b.example>'),
  bad('an open quote', 'To: "Bob <bob@b.example>, cat@c.example', '"Bob <bob@b.example>, cat@c.example'),
  bad('an open comment', 'To: bob@b.example (Bob, cat@c.example', 'bob@b.example (Bob, cat@c.example'),
  bad('a blank in a local part', 'To: bob baker@b.example', 'bob baker@b.example'),
  bad('a comment within an atom', 'To: bob(x)baker@b.example', 'bob(x)baker@b.example'),
  bad('two dots', 'To: bob..baker@b.example', 'bob..baker@b.example'),
  bad('a dot in front', 'To: .bob@b.example', '.bob@b.example'),
  bad('a dot before the @', 'To: bob.@b.example', 'bob.@b.example'),
  bad('a dot in front of a name', 'To: .Bob <bob@b.example>', '.Bob <bob@b.example>'),
  bad('a dot at the end of the domain', 'To: bob@b.example.', 'bob@b.example.'),
  bad('a label that begins with a hyphen', 'To: bob@-b.example', 'bob@-b.example'),
  bad('a label of 64 letters', `To: bob@${'b'.repeat(64)}.example`, `bob@${'b'.repeat(64)}.example`),
  bad('an IPv4 literal out of range', 'To: bob@[192.0.2.256]', 'bob@[192.0.2.256]'),
  to('blanks within an address literal', 'To: bob@[ 127.0.0.1\t]', 'bob@[127.0.0.1]'),
  bad('a control within an address literal', 'To: bob@[127.0.0.1\v]', 'bob@[127.0.0.1\v]'),
  bad('a no-break space within it', 'To: bob@[\u00a0127.0.0.1]', 'bob@[\u00a0127.0.0.1]'),
  bad('an IPv6 literal with a zone', 'To: bob@[IPv6:fe80::1%eth0]', 'bob@[IPv6:fe80::1%eth0]'),
  bad('a literal of an unknown kind', 'To: bob@[x400:c=us]', 'bob@[x400:c=us]'),
  bad('a percent sign in a domain', 'To: bob@b%2eexample.example', 'bob@b%2eexample.example'),
  bad('a control in an address', 'To: bo\x01b@b.example', 'bo\x01b@b.example'),
  bad('a backslash outside quotes', 'To: bob\\@b.example', 'bob\\@b.example'),
  bad('semicolons for commas', 'To: bob@b.example; cat@c.example', 'bob@b.example; cat@c.example'),
  bad('two addresses without a comma', 'To: bob@b.example cat@c.example', 'bob@b.example cat@c.example'),
  bad(
    'two bracketed addresses',
    'To: Bob <bob@b.example> <cat@c.example>',
    'Bob <bob@b.example> <cat@c.example>',
  ),
  bad('a broken source route', 'To: <@r.example x bob@b.example>', '<@r.example x bob@b.example>'),
  bad('one bad element among good ones', 'To: bob@b.example, cat, dan@d.example', 'cat'),
  bad('a domain of 304 letters', `To: bob@${LABELS}`, `bob@${LABELS}`.slice(0, 256)),
  bad(
    'an address of 500 octets of UTF-8',
    `To: ${'\u00fc'.repeat(245)}@b.example`,
    `${'\u00fc'.repeat(245)}@b.example`,
  ),
  bad('an address longer than a command line', `To: ${'b'.repeat(490)}@b.example`, 'b'.repeat(256)),
];

import { X509Certificate } from 'node:crypto';
import { readFile, statfs } from 'node:fs/promises';
import type { Config } from '../config/config.js';
import { reasonOf } from '../config/reason.js';
import { identityOf } from '../proxy-certificates.js';
import { createNamelessFile } from '../send/spool.js';
import type { DescriptorFacts, OwnCertificate, SpoolFacts } from './machine.js';

/** Makes a file as a large message would, and writes to it. */
export async function probeSpool(directory: string): Promise<SpoolFacts> {
  try {
    const file = await createNamelessFile(directory);
    try {
      await file.write(Buffer.from('check'));
    } finally {
      await file.close();
    }
  } catch (error) {
    return { directory, refusal: reasonOf(error), free: undefined };
  }
  const system = await statfs(directory).catch(() => undefined);
  return { directory, refusal: undefined, free: system && system.bavail * system.bsize };
}

export function ownCertificates(config: Config): OwnCertificate[] {
  const identity = identityOf(config);
  return (identity?.certificates ?? []).map((certificate) => {
    const { validFrom, validTo } = new X509Certificate(certificate.chain);
    return {
      names: certificate.names,
      keyType: certificate.keyType,
      validFrom: Date.parse(validFrom),
      validTo: Date.parse(validTo),
    };
  });
}

export async function probeDescriptors({ limits, workers }: Config): Promise<DescriptorFacts> {
  const table = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  // Node.js has raised the first number, the soft limit, to the second by now.
  const soft = /^Max open files +(\d+|unlimited)/m.exec(table)?.[1];
  const limit = soft === undefined || soft === 'unlimited' ? undefined : Number(soft);
  return { limit, maxSessions: limits.maxSessions, workers };
}

import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** What of a manifest the tests look at; the schema is looked at by the compiler. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Record<string, unknown> & {
    readonly selector?: Selector;
    /** Of a NetworkPolicy. */
    readonly podSelector?: Selector;
    readonly ports?: readonly { readonly targetPort: string }[];
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
  };
}

type Labels = Readonly<Record<string, string>>;

/** A Service has the labels themselves. */
type Selector = { readonly matchLabels?: Labels };

export interface PodSpec {
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: SecurityContext;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly drop: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
}

export interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly securityContext: SecurityContext;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly exec?: { readonly command: readonly string[] };
}

export const FILES = ['standalone.yaml', 'sidecar.yaml'] as const;

/** @throws Error for what is no YAML, and for an alias without its anchor. */
export function manifestsOf(file: string): readonly Manifest[] {
  const text = readFileSync(new URL(`../../../../deploy/kubernetes/${file}`, import.meta.url), 'utf8');
  return [...parseAllDocuments(text)].map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS() as Manifest;
  });
}

export const podsOf = (manifests: readonly Manifest[]): readonly PodSpec[] =>
  manifests.flatMap(({ spec }) => spec?.template?.spec ?? []);

/** The container that runs the proxy. */
export function proxyOf(manifests: readonly Manifest[]): {
  readonly pod: PodSpec;
  readonly proxy: Container;
} {
  for (const pod of podsOf(manifests)) {
    const all = [...(pod.initContainers ?? []), ...pod.containers];
    const proxy = all.find(({ name }) => name === 'imap-send-proxy');
    if (proxy !== undefined) return { pod, proxy };
  }
  throw new Error('no container of the proxy');
}

export const probesOf = ({ startupProbe, livenessProbe, readinessProbe }: Container): readonly Probe[] =>
  [startupProbe, livenessProbe, readinessProbe].filter((probe) => probe !== undefined);

import { didYouMean, listed } from '../manifests/words';
import type { Workload } from '../manifests/workload';
import { afterTrustDomain, partiesOf } from '../simulation/access/parties';
import type { Party } from '../simulation/access/party';
import type { Simulation } from '../simulation/simulation';
import { WrongQuestion } from './wrong-question';

/** Those whom a word names. */
export interface Callers {
  readonly parties: readonly Party[];
  /** Whether one of them is enough for a yes: of several ways in, one that is open. */
  readonly oneIsEnough: boolean;
}

const WAYS =
  'A caller is NAME, NAMESPACE/NAME, deploy/NAME, sa/NAME, spiffe://…, https://HOST, ingress or plaintext; ' +
  '-n NAMESPACE says where.';

/**
 * Whom a word names: a workload (`order`, `shop/order`, `deploy/order`), an identity (`sa/order`, `ns/shop/sa/order`,
 * `spiffe://…`, `system:serviceaccount:shop:order`), a way in (`https://api.example.com`, or `ingress` for all of
 * them), or `plaintext` for a client without identity.
 */
export function callersNamed(simulation: Simulation, word: string, namespace?: string): Callers {
  if (word === 'ingress') {
    return { parties: doors(simulation), oneIsEnough: true };
  }
  return { parties: everyNamed(simulation, word, namespace), oneIsEnough: false };
}

function everyNamed(simulation: Simulation, word: string, namespace: string | undefined): Party[] {
  if (word === 'plaintext') {
    return [{ name: 'plaintext', caller: { kind: 'plaintext' } }];
  }
  if (/^https?:\/\//.test(word)) {
    return [door(simulation, word)];
  }
  const identity = identityIn(word);
  if (identity !== undefined) {
    return ofIdentity(simulation, identity);
  }
  const [, kind, name] = /^([a-z]+)\/(.+)$/.exec(word) ?? [];
  if (kind === 'sa' || kind === 'serviceaccount') {
    return ofIdentity(simulation, accountNamed(simulation, name, namespace));
  }
  return workloadsNamed(simulation, word, namespace).map(partyOf);
}

function partyOf(workload: Workload): Party {
  return { name: workload.id, caller: { kind: 'workload', workload } };
}

function doors(simulation: Simulation): readonly Party[] {
  const found = partiesOf(simulation).filter(({ caller }) => caller.kind === 'outside');
  if (found.length === 0) {
    throw new WrongQuestion(
      'there is no way in: no Gateway with an HTTP server is among the manifests',
      'Give the file with the Gateway too.',
    );
  }
  return found;
}

function door(simulation: Simulation, word: string): Party {
  const all = doors(simulation);
  const found = all.find(({ name }) => name === word) ?? behindStar(all, word);
  if (!found) {
    const names = all.map(({ name }) => name);
    throw new WrongQuestion(
      `no Gateway listens on ${word}.${didYouMean(word, names)}`,
      `There are ${names.join(', ')}.`,
    );
  }
  return found;
}

/** A host that a Gateway serves with a wildcard. */
function behindStar(all: readonly Party[], word: string): Party | undefined {
  const [, scheme, host, port = ''] = /^(https?):\/\/([^/:]+)(:\d+)?$/.exec(word) ?? [];
  for (const { name, caller } of all) {
    const [, served, star, at = ''] = /^(https?):\/\/\*(\.[^/:]+)?(:\d+)?$/.exec(name) ?? [];
    if (
      host !== undefined &&
      caller.kind === 'outside' &&
      served === scheme &&
      at === port &&
      host.endsWith(star ?? '')
    ) {
      return { name: word, caller: { ...caller, door: { ...caller.door, host } } };
    }
  }
  return undefined;
}

/** `ns/shop/sa/order`, however it is spelled. */
function identityIn(word: string): string | undefined {
  const [, namespace, name] =
    /^(?:spiffe:\/\/[^/]+\/|[^/:]+\/)?ns\/([^/]+)\/sa\/([^/]+)$/.exec(word) ??
    /^system:serviceaccount:([^:]+):([^:]+)$/.exec(word) ??
    [];
  return name === undefined ? undefined : `ns/${namespace}/sa/${name}`;
}

function ofIdentity({ cluster }: Simulation, identity: string): Party[] {
  const workloads = cluster.workloads.filter(({ principal }) => afterTrustDomain(principal) === identity);
  const principal = `${cluster.mesh.trustDomain}/${identity}`;
  return workloads.length > 0
    ? workloads.map(partyOf)
    : [{ name: principal, caller: { kind: 'principal', principal } }];
}

function accountNamed({ cluster }: Simulation, name: string, namespace: string | undefined): string {
  if (namespace !== undefined) {
    return `ns/${namespace}/sa/${name}`;
  }
  const accounts = cluster.objects('ServiceAccount').filter((account) => account.name === name);
  const used = cluster.workloads.filter(({ serviceAccount }) => serviceAccount === name);
  const places = [...new Set([...accounts, ...used].map((it) => it.namespace))];
  if (places.length !== 1) {
    const where = places.length === 0 ? 'no namespace' : listed(places, 'and');
    throw new WrongQuestion(`a ServiceAccount ${name} is in ${where}`, 'Say which: -n NAMESPACE.');
  }
  return `ns/${places[0]}/sa/${name}`;
}

/** As `kubectl` abbreviates them. */
const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Deployment: ['deploy', 'deployment', 'deployments'],
    StatefulSet: ['sts', 'statefulset', 'statefulsets'],
    DaemonSet: ['ds', 'daemonset', 'daemonsets'],
    ReplicaSet: ['rs', 'replicaset', 'replicasets'],
    Pod: ['po', 'pod', 'pods'],
    Job: ['job', 'jobs'],
    CronJob: ['cj', 'cronjob', 'cronjobs'],
    WorkloadEntry: ['we', 'workloadentry', 'workloadentries'],
  }).flatMap(([kind, words]) => words.map((word) => [word, kind])),
);

function workloadsNamed({ cluster }: Simulation, word: string, namespace: string | undefined): Workload[] {
  const parts = word.split('/');
  const kind = parts.length > 1 ? KINDS.get(parts[0]) : undefined;
  const name = parts[parts.length - 1];
  const place = parts.length > 1 && !kind ? parts[0] : namespace;
  const inPlace = (it: { readonly namespace: string }) => place === undefined || it.namespace === place;
  const isMeant = (it: Workload) => it.name === name && (!kind || it.kind === kind) && inPlace(it);
  const own = parts.length <= 2 ? cluster.workloads.filter(isMeant) : [];
  const behind = [...cluster.services.values()].filter((it) => !kind && it.name === name && inPlace(it));
  // Who says 'order' may mean the pods behind Service order, whatever their Deployments are called.
  const found = own.length > 0 ? own : behind.flatMap((service) => cluster.workloadsOf(service));
  const ids = [...new Set(found.map(({ id }) => id))];
  const places = [...new Set(found.map((it) => it.namespace))];
  if (places.length > 1) {
    throw new WrongQuestion(`'${word}' may be ${listed(ids, 'or')}`, 'Say which, or say where: -n NAMESPACE.');
  }
  if (found.length === 0) {
    const known = cluster.workloads.flatMap((it) => (place === it.namespace || parts.length > 1 ? it.id : it.name));
    const meant = parts.length > 1 || !namespace ? word : `${namespace}/${word}`;
    throw new WrongQuestion(
      `no workload '${word}'${place ? ` in namespace ${place}` : ''} is among the manifests.${didYouMean(meant, known)}`,
      WAYS,
    );
  }
  return found;
}

import { isHttp } from '../manifests/protocol';
import type { Service, ServicePort } from '../manifests/service';
import { didYouMean, listed } from '../manifests/words';
import { type Rpc, UNNAMED } from '../simulation/access/rpc';
import type { Simulation } from '../simulation/simulation';
import type { Inquiry } from './inquiry';
import { WrongQuestion } from './wrong-question';

const WAYS =
  'A service is NAME.NAMESPACE, NAMESPACE/NAME, svc/NAME or NAME, each with :PORT if need be; -n says where.';

/**
 * What a service and a method name: `payment.shop`, `shop/payment:50051`, `svc/payment`, a host; and `Charge`,
 * `coffee.v1.Payment/Charge` or a path. Without a method, all that is known of the service.
 */
export function rpcsNamed(inquiry: Inquiry, word: string, method?: string, namespace?: string): Rpc[] {
  const { service, port } = serviceNamed(inquiry.simulation, word, namespace);
  const all = inquiry.rpcs.filter((rpc) => rpc.service === service && (!port || rpc.port === port));
  return method === undefined ? all : [rpcNamed(inquiry, service, port, all, method)];
}

/** The service of a word, and its port if the word has one. */
export function serviceNamed(
  { cluster }: Simulation,
  word: string,
  namespace?: string,
): { readonly service: Service; readonly port?: ServicePort } {
  const [, host, number] = /^(.*?)(?::(\d+))?$/.exec(word) ?? [];
  const all = [...cluster.services.values()];
  const found = all.filter((service) => isCalled(service, host, namespace));
  const [service] = found;
  if (!service) {
    refuseEntryName(all, host);
    const names = all.map((it) =>
      it.kind === 'ServiceEntry'
        ? it.host
        : host.includes('/')
          ? fullName(it)
          : host.includes('.')
            ? dotted(it)
            : it.name,
    );
    throw new WrongQuestion(
      `no service '${host}'${namespace ? ` in namespace ${namespace}` : ''} is among the manifests.${didYouMean(host, names)}`,
      WAYS,
    );
  }
  if (found.length > 1) {
    throw new WrongQuestion(
      `'${host}' may be ${listed(found.map(fullName), 'or')}`,
      'Say which, or where: -n NAMESPACE.',
    );
  }
  if (number === undefined) {
    return { service };
  }
  const port = service.ports.find((it) => it.number === Number(number));
  if (!port) {
    throw new WrongQuestion(`${fullName(service)} has no port ${number}`, `It has ${portsOf(service)}.`);
  }
  return { service, port };
}

/** A ServiceEntry is no service of its name: clients call its hosts. */
function refuseEntryName(services: readonly Service[], word: string): void {
  const entries = services.filter(
    ({ kind, namespace, name }) => kind === 'ServiceEntry' && (word === name || word === `${namespace}/${name}`),
  );
  if (entries.length > 0) {
    throw new WrongQuestion(
      `'${word}' is a ServiceEntry, and clients call its hosts`,
      `Write the host: ${listed(
        entries.map(({ host }) => host),
        'or',
      ).replaceAll("'", '')}.`,
    );
  }
}

function isCalled(service: Service, word: string, namespace: string | undefined): boolean {
  const { host, name, kind } = service;
  if (host === word) {
    return true;
  }
  if (kind === 'ServiceEntry') {
    return false;
  }
  const [, bare] = /^(?:svc|service|services)\/(.+)$/.exec(word) ?? [undefined, word];
  if (bare === name) {
    return namespace === undefined || namespace === service.namespace;
  }
  return word === fullName(service) || word === dotted(service) || word === `${dotted(service)}.svc`;
}

function fullName({ kind, namespace, name, host }: Service): string {
  return kind === 'Service' ? `${namespace}/${name}` : host;
}

function dotted({ kind, namespace, name, host }: Service): string {
  return kind === 'Service' ? `${name}.${namespace}` : host;
}

function portsOf({ ports }: Service): string {
  return ports.map(({ number, name }) => (name ? `${number} (${name})` : number)).join(', ') || 'none';
}

function rpcNamed(
  inquiry: Inquiry,
  service: Service,
  port: ServicePort | undefined,
  all: readonly Rpc[],
  method: string,
): Rpc {
  const path = method.includes('/') ? `/${method.replace(/^\//, '')}` : pathOf(inquiry, service, all, method);
  const known = all.filter((rpc) => rpc.path === path);
  if (known.length === 1) {
    return known[0];
  }
  return { service, port: port ?? webPort(service), path, name: `${fullName(service)} ${path}` };
}

/** The path of an RPC that is called by its short name. */
function pathOf({ apis }: Inquiry, service: Service, all: readonly Rpc[], method: string): string {
  const paths = [...new Set(all.map(({ path }) => path ?? ''))].filter((path) => path !== UNNAMED && path !== '');
  const own = paths.filter((path) => path.endsWith(`/${method}`));
  const declared = [...apis].filter(([, methods]) => methods.includes(method)).map(([api]) => `/${api}/${method}`);
  // Which of the declared APIs a service has is nobody's to say but a manifest's; one that has no equal is meant.
  const found = own.length > 0 ? own : declared;
  if (found.length > 1) {
    throw new WrongQuestion(`'${method}' may be ${listed(found, 'or')}`, 'Write the whole path.');
  }
  if (found.length === 1) {
    return found[0];
  }
  if (!service.ports.some(isWeb)) {
    throw new WrongQuestion(`${fullName(service)} has no HTTP port, so it has no methods`, 'Ask without a method.');
  }
  const named = paths.map((path) => path.slice(path.lastIndexOf('/') + 1)).filter((name) => /^\w+$/.test(name));
  const names = [...new Set([...named, ...[...apis.values()].flat()])];
  const has = named.length > 0 ? `They name ${listed(named, 'and')}. ` : '';
  throw new WrongQuestion(
    `the manifests name no RPC '${method}' of ${fullName(service)}${apis.size > 0 ? ', nor do the .proto files' : ''}.${didYouMean(method, names)}`,
    `${has}Of any other RPC, write the whole path: package.Service/${method}${apis.size > 0 ? '' : '; or give its API: --proto FILE'}.`,
  );
}

function webPort(service: Service): ServicePort {
  const web = service.ports.filter(isWeb);
  const grpc = web.filter(({ protocol }) => protocol === 'grpc' || protocol === 'grpc-web');
  const [port, ...others] = grpc.length > 0 ? grpc : web;
  if (!port || others.length > 0) {
    const title = fullName(service);
    throw new WrongQuestion(
      `${title} has ${port ? 'several HTTP ports' : 'no HTTP port'}: ${portsOf(service)}`,
      `Say which: ${title}:PORT.`,
    );
  }
  return port;
}

function isWeb({ protocol }: ServicePort): boolean {
  return isHttp(protocol) || protocol === 'auto';
}

import { MeshError } from '../errors';

const DNS_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const MAX_LABEL = 63;

/**
 * Returns `name` if Kubernetes accepts it as the name of a Service, refuses it otherwise.
 *
 * Our construct ids become object names as they are, so they are held to the strictest of the kinds that carry them.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export function dnsLabel(name: string, where: string): string {
  if (name.length > MAX_LABEL) {
    throw new MeshError({
      code: 'NameTooLong',
      where,
      what: `the name '${name}' has ${name.length} characters, ${MAX_LABEL} are allowed.`,
      why: 'It becomes the name of a Service and the value of labels, and Kubernetes refuses longer ones.',
      fix: `'${suggestion(name)}'`,
    });
  }
  if (!DNS_LABEL.test(name)) {
    throw new MeshError({
      code: 'InvalidName',
      where,
      what: `'${name}' is not a DNS label.`,
      why: 'It becomes the name of Kubernetes objects: lower-case letters, digits and dashes, starting with a letter, ending with a letter or digit.',
      fix: `'${suggestion(name)}'`,
    });
  }
  return name;
}

const NAMESPACE = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * Returns `name` if Kubernetes accepts it as the name of a namespace, refuses it otherwise. Unlike a Service it may
 * begin with a digit.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
 */
export function namespaceName(name: string, where: string): string {
  if (NAMESPACE.test(name) && name.length <= MAX_LABEL) return name;
  throw new MeshError({
    code: name.length > MAX_LABEL ? 'NameTooLong' : 'InvalidName',
    where,
    what: `'${name}' is not the name of a namespace.`,
    why: `Kubernetes takes lower-case letters, digits and dashes, at most ${MAX_LABEL}, with a letter or digit at both ends; a * would mean every one.`,
    fix: `'${suggestion(name)}'`,
  });
}

/** Name of an object in a namespace of somebody else, where others may have chosen the same one. */
export function nameAbroad(name: string, home: string, namespace: string, where: string): string {
  return namespace === home ? name : objectName(`${home}-${name}`, where);
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Returns `name` if an existing object (a Secret, a ServiceAccount) can have it, refuses it otherwise.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
 */
export function objectName(name: string, where: string): string {
  if (SUBDOMAIN.test(name) && name.length <= 253) return name;
  throw new MeshError({
    code: 'InvalidName',
    where,
    what: `'${name}' is not the name of a Kubernetes object.`,
    why: 'It names an object that is there: lower-case letters, digits, dashes and dots, at most 253; a * would mean every one.',
    fix: `'${suggestion(name)}'`,
  });
}

// The last label has a letter or dash: four numbers are an address.
const HOST = /^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const MAX_HOST = 253;

/** Returns `host` if a Gateway can serve it (`api.example.com`, `*.example.com`), refuses it otherwise. */
export function gatewayHost(host: string, where: string): string {
  if (HOST.test(host) && host.length <= MAX_HOST) return host;
  throw new MeshError({
    code: 'InvalidHost',
    where,
    what: `'${host}' is not a host name that an ingress can serve.`,
    why: 'Istio takes a fully qualified name in lower case, or one with * as its whole first label; no scheme, no port, no address, no bare *.',
    fix: "host: 'api.example.com'",
  });
}

/** Returns `host` if it is the name of one Service in a cluster, refuses it otherwise. */
export function serviceHost(host: string, where: string): string {
  if (HOST.test(host) && !host.startsWith('*') && host.length <= MAX_HOST) return host;
  throw new MeshError({
    code: 'InvalidHost',
    where,
    what: `'${host}' is not the host name of a Service.`,
    why: 'It is fully qualified and in lower case; no scheme, no port, no address, and a * would show every Service to every pod.',
    fix: "host: 'kube-dns.kube-system.svc.cluster.local'",
  });
}

/** Returns `domain` if host names inside a cluster can end with it, refuses it otherwise. */
export function clusterDomainName(domain: string, where: string): string {
  if (HOST.test(`svc.${domain}`) && domain.length <= MAX_HOST) return domain;
  throw new MeshError({
    code: 'InvalidClusterDomain',
    where,
    what: `'${domain}' is not the domain of a cluster.`,
    why: 'Every host name inside the cluster ends with it: lower-case letters, digits, dashes and dots, and no wildcard.',
    fix: "clusterDomain: 'cluster.local'",
  });
}

/** Name of the object with the routes of one host of an ingress. */
export function hostRoutesName(ingress: string, host: string): string {
  return `${ingress}-${host.replace('*', 'wildcard')}`;
}

function suggestion(name: string): string {
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return label === '' ? 'order' : label;
}

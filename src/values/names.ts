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

const HOST = /^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Returns `host` if a Gateway can serve it (`api.example.com`, `*.example.com`), refuses it otherwise. */
export function gatewayHost(host: string, where: string): string {
  if (HOST.test(host) && host.length <= 253) return host;
  throw new MeshError({
    code: 'InvalidHost',
    where,
    what: `'${host}' is not a host name that an ingress can serve.`,
    why: 'Istio takes a fully qualified name in lower case, or one with * as its whole first label; no scheme, no port, no bare *.',
    fix: "host: 'api.example.com'",
  });
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

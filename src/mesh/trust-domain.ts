import { MeshError } from '../errors';

const TRUST_DOMAIN = /^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/;

/** Returns `name` if a mesh can have it as its trust domain, refuses it otherwise. */
export function trustDomainName(name: string, where: string): string {
  if (TRUST_DOMAIN.test(name) && name.length <= 253) return name;
  throw new MeshError({
    code: 'InvalidTrustDomain',
    where,
    what: `'${name}' is not a trust domain.`,
    why: 'It is the first part of every identity that policies admit: lower-case letters, digits, dashes and dots; a * would admit strangers.',
    fix: "trustDomain: 'cluster.local'",
  });
}

/**
 * Whether istiod passes over a patch, because that cannot be done to that part of the configuration.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-Operation
 */
export function isVain(operation: string, applyTo: string): boolean {
  if (operation === 'REPLACE') return !/^(?:HTTP_FILTER|NETWORK_FILTER|VIRTUAL_HOST)$/.test(applyTo);
  return /^(?:ADD|REMOVE)$/.test(operation) && /^(?:ROUTE_CONFIGURATION|HTTP_ROUTE)$/.test(applyTo);
}

import type { Service, ServicePort } from '../manifests/service';

/**
 * Why a port declares no protocol, for a port that does not. An `appProtocol` keeps Istio from looking at the name,
 * also one that it does not know.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pkg/config/kube/conversion.go (ConvertProtocol)
 */
export function whyUndeclared(service: Service, port: ServicePort): string {
  const { spec } = service.manifest.body as { readonly spec?: { readonly ports?: readonly Written[] } };
  const written = service.kind === 'Service' ? spec?.ports?.[service.ports.indexOf(port)]?.appProtocol : undefined;
  if (written !== undefined) {
    const beside = port.name ? `, and the name '${port.name}' does not count beside it` : '';
    return `Istio does not know its appProtocol '${written}'${beside}`;
  }
  return port.name ? `the name '${port.name}' says none` : 'it has no name';
}

interface Written {
  readonly appProtocol?: string;
}

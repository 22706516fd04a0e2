/**
 * Whether an `exportTo` of an object in one namespace lets proxies of another see the object.
 *
 * `*` is everybody and beats all else; `~` is nobody and beats what is left; `.` is the object's own namespace.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/push_context.go (initServiceRegistry)
 */
export function exportedTo(exportTo: readonly string[], owner: string, namespace: string): boolean {
  if (exportTo.includes('*')) return true;
  if (exportTo.includes('~')) return false;
  return exportTo.includes(namespace) || (owner === namespace && exportTo.includes('.'));
}

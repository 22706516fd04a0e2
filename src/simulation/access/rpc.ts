import type { Service, ServicePort } from '../../manifests/service';

/** Something that can be called: one column of a matrix. */
export interface Rpc {
  readonly service: Service;
  readonly port: ServicePort;
  /** What is asked; absent for a port that is not HTTP. */
  readonly path?: string;
  /**
   * `coffee-shop/order PlaceOrder`. Where a service has RPCs of one name, or a path that is none, the whole path;
   * `any other` stands for all that no manifest names.
   */
  readonly name: string;
}

/** What no manifest names. No gRPC service can be called like this, so only a rule for all paths lets it in. */
export const UNNAMED = '/any.Other/Rpc';

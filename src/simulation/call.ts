import type { Service, ServicePort } from '../manifests/service';
import type { Caller } from './caller';
import type { Token } from './request';

/** One call, as the client's code makes it. */
export interface Call {
  readonly from: Caller;
  readonly to: Service;
  readonly port: ServicePort;
  /** `/package.Service/Method`; absent for a connection to a port that is not HTTP. */
  readonly path?: string;
  /** @default - `POST`, as of every RPC */
  readonly method?: string;
  /** @default - the host of the service and its port, as gRPC clients write it */
  readonly authority?: string;
  /** Metadata, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: Token;
}

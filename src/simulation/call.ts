import type { Service, ServicePort } from '../manifests/service';
import type { Caller } from './caller';
import type { Request, Token } from './request';

/** One call, as the client's code makes it. */
export interface Call extends KnownAddresses {
  readonly from: Caller;
  readonly to: Service;
  readonly port: ServicePort;
  /** `/package.Service/Method`; absent for a connection to a port that is not HTTP. */
  readonly path?: string;
  /** @default - `POST`, as of every RPC */
  readonly method?: string;
  /** @default - the host of the service and its port, as gRPC clients write it */
  readonly authority?: string;
  /**
   * Metadata, by lower-case name. What is not among it is not sent.
   *
   * @default - not known: to a policy that asks, whoever calls may send any; routes take it for none
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default - not known: whoever calls may have a token */
  readonly token?: Token | 'none';
  /** @default - where those look for it who validate it, and in `authorization` for routes that change that */
  readonly tokenAt?: Request['tokenAt'];
}

/** What the client of a call sends along. */
export type Sent = Pick<Call, 'headers' | 'token'>;

/** What no file says of a call, where somebody knows it. */
export type KnownAddresses = Pick<Request, 'sourceIp' | 'remoteIp' | 'destinationIp' | 'sni'>;

/**
 * Which side of an RPC sends more than one message.
 *
 * @see https://grpc.io/docs/what-is-grpc/core-concepts/#rpc-life-cycle
 */
export enum Streaming {
  /** One request, one response. */
  NONE = 'unary',
  /** One request, many responses. */
  SERVER = 'server',
  /** Many requests, one response. */
  CLIENT = 'client',
  /** Many requests, many responses. */
  BIDI = 'bidi',
}

/**
 * What a second execution of an RPC would do, as `option idempotency_level` in the `.proto` says.
 *
 * @see https://protobuf.dev/programming-guides/proto3/#options
 */
export enum Idempotency {
  /** Nothing is said: a second execution may charge the card twice. */
  UNKNOWN = 'unknown',
  /** A second execution leaves the same state as the first. */
  IDEMPOTENT = 'idempotent',
  /** The RPC only reads. */
  NO_SIDE_EFFECTS = 'no side effects',
}

/** One RPC, as its `.proto` declares it. */
export class GrpcMethod {
  /**
   * @internal
   */
  public static _of(service: string, props: GrpcMethodProps): GrpcMethod {
    return new GrpcMethod(
      service,
      props.name,
      props.streaming ?? Streaming.NONE,
      props.idempotency ?? Idempotency.UNKNOWN,
      props.deprecated ?? false,
    );
  }

  private constructor(
    /** Full name of the service: `coffee.v1.Payment`. */
    public readonly service: string,
    /** Name of the method: `Charge`. */
    public readonly name: string,
    /** Which side sends more than one message: decides whether a call has a deadline. */
    public readonly streaming: Streaming,
    /** What a second execution would do: decides which failed calls are tried again. */
    public readonly idempotency: Idempotency,
    /** Whether the `.proto` marks it as deprecated. */
    public readonly deprecated: boolean,
  ) {}

  /** The path of its HTTP/2 request, `/coffee.v1.Payment/Charge`: what policies and routes match. */
  public get path(): string {
    return `/${this.service}/${this.name}`;
  }

  /** Whether either side sends more than one message. */
  public get isStreaming(): boolean {
    return this.streaming !== Streaming.NONE;
  }

  /** Whether it may be executed twice. */
  public get isIdempotent(): boolean {
    return this.idempotency !== Idempotency.UNKNOWN;
  }
}

/** An RPC written by hand, for those who do not have the `.proto`. */
export interface GrpcMethodProps {
  /** Name of the method: `Charge`. */
  readonly name: string;

  /**
   * Which side sends more than one message. Decides whether the call has a deadline.
   *
   * @default Streaming.NONE
   */
  readonly streaming?: Streaming;

  /**
   * What a second execution would do. Decides what is retried.
   *
   * @default Idempotency.UNKNOWN
   */
  readonly idempotency?: Idempotency;

  /**
   * Whether the method is deprecated.
   *
   * @default false
   */
  readonly deprecated?: boolean;
}

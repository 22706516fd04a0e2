import { MeshError } from '../errors';
import { metadataKey } from './metadata-key';

/**
 * Something that every span of a trace says besides what proxies say by themselves.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#Tracing-CustomTag
 */
export class SpanTag {
  /**
   * The same for all spans.
   *
   * Refused: `InvalidSpanTag`, when it is empty.
   *
   * @param value what it says
   */
  public static literal(value: string): SpanTag {
    return new SpanTag({ literal: { value: something(value, 'SpanTag.literal') } });
  }

  /**
   * What the caller says in its metadata. Whoever reads traces reads it.
   *
   * Refused: `InvalidHeader`, `SecretInSpan`.
   *
   * @param key the key
   * @param otherwise what stands there if the call has no such key. Left out: nothing
   */
  public static metadata(key: string, otherwise?: string): SpanTag {
    const name = metadataKey(key, 'SpanTag.metadata');
    if (SECRETS.includes(name)) throw secretInSpan(name);
    return new SpanTag({ header: { name, ...(otherwise !== undefined && { defaultValue: otherwise }) } });
  }

  /**
   * A variable of the proxy's own environment, `POD_NAME` or `ISTIO_META_CLUSTER_ID`; not of the application's.
   *
   * Refused: `InvalidSpanTag`, when it is empty.
   *
   * @param name of the variable
   * @param otherwise what stands there if the proxy has no such variable. Left out: nothing
   */
  public static environment(name: string, otherwise?: string): SpanTag {
    const variable = something(name, 'SpanTag.environment');
    return new SpanTag({
      environment: { name: variable, ...(otherwise !== undefined && { defaultValue: otherwise }) },
    });
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _source: SpanTagSource,
  ) {}
}

/** Where a tag gets its value. */
export interface SpanTagSource {
  readonly literal?: { readonly value: string };
  readonly header?: { readonly name: string; readonly defaultValue?: string };
  readonly environment?: { readonly name: string; readonly defaultValue?: string };
}

const SECRETS = ['authorization', 'cookie', 'proxy-authorization', 'set-cookie', 'x-api-key'];

function something(text: string, where: string): string {
  if (text.trim() !== '') return text;
  throw new MeshError({
    code: 'InvalidSpanTag',
    where,
    what: 'it is empty.',
    why: 'Istio refuses a tag without a value, and with it all that is said of telemetry beside it.',
    fix: "tags: { team: SpanTag.literal('coffee') }",
  });
}

function secretInSpan(key: string): MeshError {
  return new MeshError({
    code: 'SecretInSpan',
    where: 'SpanTag.metadata',
    what: `'${key}' carries secrets of callers.`,
    why: 'Everybody who may look at traces could call in their name.',
    fix: "SpanTag.metadata('x-tenant')",
  });
}

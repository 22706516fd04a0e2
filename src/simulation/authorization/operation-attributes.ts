import { type Attribute, toldText } from './attribute';
import { isPathTemplate, pathTemplate } from './path-template';
import { anyHeader, anyString, type StringTest } from './string-match';
import { truthOf } from './truth';

/** Without regard to case, and with the port where the client writes one. */
export const HOST: Attribute = {
  http: true,
  anyOf: (values) => {
    const matches = anyHeader(values.map((value) => value.toLowerCase()));
    return ({ authority }) => truthOf(matches(authority));
  },
  told: ({ request }) => toldText('the host', request.authority, 'the request names no host'),
};

export const METHOD: Attribute = {
  http: true,
  anyOf: (values) => {
    const matches = anyHeader(values);
    return ({ request }) => truthOf(matches(request.method));
  },
  told: ({ request }) => toldText('the method', request.method, 'the request has no method'),
};

export const PATH: Attribute = {
  http: true,
  anyOf: (values) => {
    const matches = anyPath(values);
    return ({ path }) => truthOf(path !== undefined && matches(path));
  },
  told: ({ path }) => toldText('the path', path, 'the request has no path'),
};

/** Of the pod, not of the Service. */
export const PORT: Attribute = {
  anyOf: (values) => {
    const ports = new Set(values.map(Number));
    return ({ request }) => truthOf(ports.has(request.port));
  },
  told: ({ request }) => `the port of the pod is ${request.port}`,
};

/** Files do not say which name a client's proxy asks for; plaintext asks for none. */
export const SNI: Attribute = {
  fact: 'the server name of the TLS handshake',
  anyOf: (values) => {
    const matches = anyString(values);
    return ({ request }) => {
      if (request.sni === undefined && request.principal !== '') return 'unknown';
      return truthOf(matches(request.sni ?? ''));
    };
  },
  told: ({ request }) => toldText('the server name', request.sni, 'the client names no server in a TLS handshake'),
};

function anyPath(values: readonly string[]): StringTest {
  const templates = values.filter(isPathTemplate).map(pathTemplate);
  const others = anyString(values.filter((value) => !isPathTemplate(value)));
  if (templates.length === 0) return others;
  return (path) => others(path) || templates.some((matches) => matches(path));
}

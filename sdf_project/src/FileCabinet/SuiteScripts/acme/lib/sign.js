/**
 * Standard Webhooks signatures: HMAC-SHA256 over `id.timestamp.body` with an API secret that the
 * script never sees. During a rotation both secrets exist and both signatures are sent.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/crypto', 'N/encode', './config', './reply'], (crypto, encode, config, reply) => {
  /** @param {string} secret script id of the API secret, whose text is base64 @param {string} text */
  const mac = (secret, text) => {
    const key = crypto.createSecretKey({ secret: secret, encoding: encode.Encoding.BASE_64 });
    const hmac = crypto.createHmac({ algorithm: crypto.HashAlg.SHA256, key: key });
    hmac.update({ input: text, inputEncoding: encode.Encoding.UTF_8 });
    return hmac.digest({ outputEncoding: encode.Encoding.BASE_64 });
  };

  /** Secrets that were found missing in this execution are not asked for again. */
  const missing = [];

  /**
   * The signatures of a text, one for each secret that exists.
   * @param {string} text
   * @returns {string[]}
   */
  const signatures = (text) => {
    const found = [];
    /** @type {any} */
    let last = null;
    for (const secret of config.table.secrets) {
      if (missing.indexOf(secret) >= 0) continue;
      try {
        found.push('v1,' + mac(secret, text));
      } catch (error) {
        missing.push(secret);
        last = error;
      }
    }
    if (found.length === 0) {
      throw reply.fault(
        'BAD_REQUEST',
        `no API secret signs: ${config.table.secrets.join(', ')}${last ? ` (${last.name})` : ''}`
      );
    }
    return found;
  };

  /** @param {string} id @param {string} body @returns {{[name: string]: string}} */
  const headers = (id, body) => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    return {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures(`${id}.${timestamp}.${body}`).join(' ')
    };
  };

  return { headers, mac };
});

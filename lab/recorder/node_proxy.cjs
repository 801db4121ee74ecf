// Opens every HTTP and HTTPS connection of a Node process through the proxy named by HTTPS_PROXY (CONNECT).
'use strict';
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const tls = require('node:tls');

const proxy = new URL(process.env.HTTPS_PROXY);
const direct = (process.env.NO_PROXY || '').split(',');

function open(options, secure, callback) {
  const authority = `${options.host || 'localhost'}:${options.port || (secure ? 443 : 80)}`;
  const request = http.request({
    method: 'CONNECT', path: authority, headers: { host: authority },
    createConnection: () => net.connect(Number(proxy.port), proxy.hostname),
  });
  request.once('error', callback);
  request.once('connect', (answer, socket) => {
    if (answer.statusCode !== 200) {
      callback(new Error(`the recording proxy answered ${answer.statusCode} for ${authority}`));
    } else if (secure) {
      callback(null, tls.connect({ ...options, socket, servername: options.servername || options.host }));
    } else {
      callback(null, socket);
    }
  });
  request.end();
}

for (const [module, secure] of [[http, false], [https, true]]) {
  const original = module.Agent.prototype.createConnection;
  module.Agent.prototype.createConnection = function (options, callback) {
    if (options.socketPath || direct.includes(options.host)) return original.call(this, options, callback);
    open(options, secure, callback);
  };
}

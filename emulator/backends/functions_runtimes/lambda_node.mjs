// The Node.js runtime: run as a program of its own in a function's process, without packages.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and .../nodejs-handler.html, .../nodejs-context.html
import { existsSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let requestId = "undefined";

for (const [method, level] of [["log", "INFO"], ["info", "INFO"], ["debug", "DEBUG"], ["warn", "WARN"], ["error", "ERROR"]]) {
  console[method] = (...words) =>
    process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${format(...words).replaceAll("\n", "\r")}\n`);
}

function ask(method, where, body) {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body ?? "") };
    const request = http.request({ host, port, agent, method, headers, path: `/2018-06-01/runtime${where}` }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve([answer.headers, Buffer.concat(parts).toString()]));
    });
    request.on("error", reject);
    request.end(body);
  });
}

// Response streaming: https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
const STREAMS = Symbol.for("aws.lambda.runtime.handler.streaming");

class ResponseStream extends Writable {
  constructor() {
    super();
    this.contentType = "application/octet-stream";
    this.answered = new Promise((resolve, reject) => Object.assign(this, { taken: resolve, lost: reject }));
  }
  setContentType(contentType) {
    this.contentType = contentType;
  }
  begin() {
    this.request ??= http
      .request({ host, port, agent, method: "POST", path: `/2018-06-01/runtime/invocation/${requestId}/response`, headers: {
        "Content-Type": this.contentType, "Lambda-Runtime-Function-Response-Mode": "streaming", "Transfer-Encoding": "chunked",
        Trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
      } }, (answer) => answer.resume().on("end", this.taken))
      .on("error", this.lost);
    return this.request;
  }
  _write(piece, encoding, done) {
    this.begin().write(piece, encoding, done);
  }
  _final(done) {
    this.begin().end(done);
  }
  fail(error) {
    const body = Buffer.from(JSON.stringify(error)).toString("base64");
    this.begin().addTrailers({
      "Lambda-Runtime-Function-Error-Type": error.errorType, "Lambda-Runtime-Function-Error-Body": body,
    });
    this.request.end();
  }
}

globalThis.awslambda = {
  streamifyResponse(handler) {
    handler[STREAMS] = "response";
    return handler;
  },
  HttpResponseStream: {
    from(stream, prelude) {
      stream.setContentType("application/vnd.awslambda.http-integration-response");
      stream.write(JSON.stringify(prelude) + "\0".repeat(8));
      return stream;
    },
  },
};

async function stream(handler, event, context) {
  const out = new ResponseStream();
  try {
    await handler(event, out, context);
    if (!out.writableFinished) await new Promise((resolve) => out.on("finish", resolve));
  } catch (error) {
    if (!out.request) throw error;
    console.error("Invoke Error", JSON.stringify(described(error)));
    out.fail(described(error));
  }
  await out.answered;
}

function described(error) {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function unusable(errorType, errorMessage) {
  return Object.assign(new Error(errorMessage), { name: errorType });
}

async function find(handler) {
  const [, file, name] = /^(.*?)\.([^/]*)$/.exec(handler) ?? [];
  if (!name) throw unusable("Runtime.MalformedHandlerName", "Bad handler");
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, file);
  const found = [".js", ".mjs", ".cjs"].map((end) => base + end).find(existsSync);
  if (!found) throw unusable("Runtime.ImportModuleError", `Error: Cannot find module '${path.basename(file)}'`);
  let module;
  try {
    module = await import(pathToFileURL(found).href);
    if (module.default && !(name in module)) module = module.default;
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw unusable("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    }
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
      throw unusable("Runtime.ImportModuleError", `Error: ${error.message}`);
    }
    throw error;
  }
  const target = name.split(".").reduce((each, part) => each?.[part], module);
  if (target === undefined) throw unusable("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  if (typeof target !== "function") throw unusable("Runtime.HandlerNotFound", `${handler} is not a function`);
  return target;
}

function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    Object.assign(context, { done: callback, succeed: resolve, fail: reject });
    const result = handler(event, context, callback);
    if (typeof result?.then === "function") result.then(resolve, reject);
    else if (result !== undefined && handler.length < 3) resolve(result);
    else if (handler.length < 3) resolve(null);
  });
}

function contextOf(headers) {
  const given = process.env;
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const client = headers["lambda-runtime-client-context"];
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: given.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: given.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: given.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: given.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: given.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: client ? JSON.parse(client) : undefined,
    identity: undefined,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

let handler;
try {
  globalThis.require ??= createRequire(process.env.LAMBDA_TASK_ROOT + "/");
  handler = await find(process.env._HANDLER);
} catch (error) {
  const body = described(error);
  console.error("Uncaught Exception", JSON.stringify(body));
  await ask("POST", "/init/error", JSON.stringify(body));
  process.exit(1);
}
for (;;) {
  const [headers, payload] = await ask("GET", "/invocation/next");
  const context = contextOf(headers);
  requestId = context.awsRequestId;
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"] ?? "";
  let kind = "response";
  let body;
  try {
    if (handler[STREAMS]) {
      await stream(handler, JSON.parse(payload), context);
      continue;
    }
    body = JSON.stringify((await run(handler, JSON.parse(payload), context)) ?? null);
  } catch (error) {
    kind = "error";
    body = JSON.stringify(described(error));
    console.error("Invoke Error", body);
  }
  await ask("POST", `/invocation/${requestId}/${kind}`, body);
}

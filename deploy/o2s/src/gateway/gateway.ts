import { BadGatewayException, GatewayTimeoutException, HttpException, Injectable, Logger } from "@nestjs/common";
import { ConfigService } from "@nestjs/config";
import { Observable, TimeoutError, catchError, defer, map, throwError, timeout } from "rxjs";
import { fromFetch } from "rxjs/fetch";
import { callerHeaders } from "./caller";
import { exceptionOf } from "./exceptions";
import type { AnswerOf, BodyOf, Operation } from "./operations";
import { settingsFrom } from "./settings";
import { targetOf } from "./target";

interface Input<Name extends Operation> {
  /** Parameters of the path, and of the query. */
  params?: object;
  /** Sent as JSON. */
  body?: BodyOf<Name>;
  /** The value of the Authorization header. */
  authorization?: string;
}

interface Answer {
  status: number;
  text: string;
}

/** The gateway, o2s-medusa. */
@Injectable()
export class Gateway {
  private readonly logger = new Logger("Gateway");
  private readonly url: string;
  private readonly timeLimit: number;

  constructor(config: ConfigService) {
    ({ url: this.url, timeLimit: this.timeLimit } = settingsFrom(config));
  }

  /**
   * Makes one request to the gateway for each subscription, and gives what it answers, undefined for an empty answer.
   * An error of the gateway is an exception with the same status and body. If the gateway does not answer in time, it
   * is a GatewayTimeoutException (504); if it cannot be reached, or answers no JSON, a BadGatewayException (502).
   */
  send<Name extends Operation>(operation: Name, input: Input<Name> = {}): Observable<AnswerOf<Name>> {
    const { params, body, authorization } = input;
    const [method, path] = operation.split(" ") as [string, string];
    const headers = {
      accept: "application/json",
      // The gateway is near: to compress costs more than to send.
      "accept-encoding": "identity",
      ...callerHeaders(),
      ...(authorization && { authorization }),
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    const request = {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      // What the caller sends is for the gateway only.
      redirect: "manual",
      selector: async (response: Response): Promise<Answer> => ({
        status: response.status,
        text: await response.text(),
      }),
    } as const;
    return defer(() => fromFetch(this.url + targetOf(path, params), request)).pipe(
      timeout({ first: this.timeLimit }),
      map((answer) => valueOf<AnswerOf<Name>>(answer)),
      catchError((error: unknown) => throwError(() => this.exceptionFor(error, operation))),
    );
  }

  private exceptionFor(error: unknown, operation: Operation): HttpException {
    if (error instanceof HttpException) return error;
    const isLate = error instanceof TimeoutError;
    this.logger.error(`${operation}: ${isLate ? "no answer in time" : reasonOf(error)}`);
    return isLate
      ? new GatewayTimeoutException(`The gateway did not answer in ${this.timeLimit} ms`)
      : new BadGatewayException("The connection to the gateway failed");
  }
}

function valueOf<T>({ status, text }: Answer): T {
  if (status < 200 || status > 299) throw exceptionOf(status, text);
  if (!text) return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new BadGatewayException("The gateway answered no JSON");
  }
}

// fetch() reports every failure of a connection as one error, with the reason in its cause.
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string };
  return cause?.code ?? cause?.message ?? message ?? String(error);
}

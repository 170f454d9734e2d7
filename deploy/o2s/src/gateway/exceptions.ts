import { STATUS_CODES } from "node:http";
import {
  BadGatewayException,
  BadRequestException,
  ConflictException,
  ForbiddenException,
  GatewayTimeoutException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  NotImplementedException,
  PayloadTooLargeException,
  ServiceUnavailableException,
  UnauthorizedException,
} from "@nestjs/common";

const CLASSES = [
  BadRequestException,
  UnauthorizedException,
  ForbiddenException,
  NotFoundException,
  ConflictException,
  PayloadTooLargeException,
  InternalServerErrorException,
  NotImplementedException,
  BadGatewayException,
  ServiceUnavailableException,
  GatewayTimeoutException,
];
const CLASS_OF = new Map(CLASSES.map((Exception) => [new Exception().getStatus(), Exception]));

/** The exception for a response that is no success: it has the same status, and the same body if that is an object. */
export function exceptionOf(status: number, text: string): HttpException {
  if (status < 400) return new BadGatewayException(`The gateway answered ${status}`);
  const body =
    errorOf(text) ?? HttpException.createBody(`The gateway answered ${status}`, STATUS_CODES[status] ?? "", status);
  const Exception = CLASS_OF.get(status);
  return Exception ? new Exception(body) : new HttpException(body, status);
}

// A web server before the gateway answers with a page of its own if no worker is there.
function errorOf(text: string): object | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

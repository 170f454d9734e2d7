import type { Models } from "@o2s/framework/modules";
import type { components } from "./api";

type Operations = components["schemas"]["Operations"];

/** An operation of the gateway: its method, and its path as in the route table. */
export type Operation = keyof Operations;

/** The body of a request. O2S's models require less of some; the gateway answers 400 if a member is missing. */
export type BodyOf<Name extends Operation> = Operations[Name] extends { body: infer Body } ? Partial<Body> : never;

/** What the gateway answers, as a model of O2S; never, if it only answers with an error. */
export type AnswerOf<Name extends Operation> = Operations[Name] extends { answer: infer Answer }
  ? Answer extends null
    ? void
    : Model<Answer>
  : never;

/*
 * A type of the gateway's as one that TypeScript compares with O2S's: names of members and their types have to fit.
 * Three things are not compared: whether a member is always there, values that the table passes on without a type, and
 * currencies, of which O2S's models have four, and the gateway those of SUPPORTED_CURRENCIES.
 */
type Model<T> = unknown extends T
  ? any
  : T extends (infer Item)[]
    ? Model<Item>[]
    : T extends object
      ? { [Name in keyof T]-?: Name extends "currency" ? Models.Price.Currency : Model<T[Name]> }
      : T;

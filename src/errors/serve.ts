// What can be wrong with serving a model, and with what is asked of the served one.

import { inQuotes, type Sentence } from "./words.ts";

export const serveErrors = {
  "serve/token-needed": ({ host }: { host: string }) => ({
    found: `others than this machine can reach a server at "${host}", and no token keeps out who has no business there.`,
    fix: 'Set one, which every request then has to bring: export REINCEPTION_TOKEN="$(openssl rand -hex 16)"',
  }),
  "serve/token-form": (_: object) => ({
    found:
      "the token has signs that a header cannot bring: it may have letters, digits and - . _ ~ + / with = at its end.",
    fix: 'Make one: export REINCEPTION_TOKEN="$(openssl rand -hex 16)"',
  }),
  "serve/content-type": ({ type }: { type: string }) => ({
    found: `the body is said to be ${inQuotes(type)}, which is not taken here.`,
    fix: 'Send a picture as it is, -H "Content-Type: image/jpeg" --data-binary @photo.jpg, or several as -F file=@photo.jpg, or JSON.',
  }),
  "serve/body": ({ reason }: { reason: string }) => ({
    found: `the body cannot be read: ${reason}.`,
    fix: 'Send JSON as {"images": [{"name": "photo.jpg", "data": "its bytes in base64"}]}, or files as -F file=@photo.jpg.',
  }),
  "serve/no-pictures": (_: object) => ({
    found: "the request has no picture in it.",
    fix: 'Send one: -H "Content-Type: image/jpeg" --data-binary @photo.jpg',
  }),
  "serve/too-many-pictures": ({ limit }: { limit: number }) => ({
    found: `the request has more than ${limit} pictures.`,
    fix: "Send the others in requests of their own.",
  }),
  "serve/query": ({ name, value, needed }: { name: string; value: string; needed: string }) => ({
    found: `${inQuotes(name)} is ${inQuotes(value)}, but it must be ${needed}.`,
    fix: "Write for example: /v1/classify?top=3&coverage=0.9&reject=0.05",
  }),
  "serve/unknown-query": ({ name }: { name: string }) => ({
    found: `${inQuotes(name)} is nothing that can be asked here.`,
    fix: "Ask for top, coverage or reject: /v1/classify?top=3&coverage=0.9&reject=0.05",
  }),
  "serve/busy": ({ limit, seconds }: { limit: string; seconds: number }) => ({
    found: `${limit} wait already, and no more are let in.`,
    fix: `Ask again in ${seconds === 1 ? "a second" : `${seconds} seconds`}.`,
  }),
  "serve/too-late": ({ seconds }: { seconds: number }) => ({
    found: `there was no answer after ${seconds} seconds.`,
    fix: "Ask again later, or send fewer or smaller pictures at once.",
  }),
  "serve/gone": (_: object) => ({
    found: "whoever asked did not wait for the answer.",
    fix: "Ask again, and keep the connection open.",
  }),
  "serve/stopping": (_: object) => ({
    found: "this server is coming to its end and takes nothing new.",
    fix: "Ask again when it has been started anew.",
  }),
} satisfies Record<string, (details: never) => Sentence>;

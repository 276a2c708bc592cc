// Options about answering others over HTTP.

import { integer, number, size, text, texts } from "./kinds.ts";

export const serving = {
  host: text("ADDRESS", "address to listen at; any but this machine's own 127.0.0.1 and ::1 needs --token", {
    default: "127.0.0.1",
    commands: ["serve"],
  }),
  port: integer("N", "port to listen at; 0 for any that is free", {
    default: 8080,
    least: 0,
    most: 65535,
    commands: ["serve", "dashboard"],
  }),
  token: text("TEXT", "what every request has to bring as Authorization: Bearer", {
    example: '"$(openssl rand -hex 16)"',
    otherwise: "$REINCEPTION_TOKEN, or none",
    commands: ["serve"],
  }),
  allowHost: texts("NAME", "another name by which the server is asked for, as photos.example.org", {
    example: "photos.example.org",
    otherwise: "none",
    commands: ["serve"],
  }),
  maxBody: size("SIZE", "how large a request may be", { default: "20MB", commands: ["serve"] }),
  maxPixels: integer("N", "pixels that a picture may have", {
    default: 50e6,
    least: 1,
    most: 100e6,
    commands: ["serve"],
  }),
  maxQueue: integer("N", "pictures that may wait; who comes then is told to try again later", {
    default: 128,
    least: 1,
    most: 1e5,
    commands: ["serve"],
  }),
  requestSeconds: number("SECONDS", "longest time for a request to arrive, and again for its answer", {
    default: 30,
    above: 0,
    most: 3600,
    commands: ["serve"],
  }),
};

import * as vscode from 'vscode';
import { checkBaseUrl, type BaseUrlCheck } from '../chapi/baseUrl';
import { DEFAULT_ROOM, type RoomName } from '../chat/message';
import { distinctRooms, roomNameOf } from '../chat/roomNames';
import { signatureOf } from '../chat/signature';
import type { PollingSettings } from '../sync/feed';
import type { Settings } from './contributions';

/** The most rooms that are looked at: a workspace's settings are not trusted with more. */
export const MAX_ROOMS = 50;

/** The longest name of a room, in UTF-16 code units. */
export const MAX_ROOM_NAME = 200;

/** Nobody goes by more names. */
const MAX_MENTION_NAMES = 50;

function get(key: keyof Settings): unknown {
  return vscode.workspace.getConfiguration('chapi').get(key);
}

/** The name that stands before what is sent; empty when none shall. */
export function readSignatureName(): string {
  const name = get('signature');
  return typeof name === 'string' ? name : '';
}

/** Of which new messages the person wants to be told. */
export function readNotifications(): Settings['notifications'] {
  const value = get('notifications');
  return value === 'all' || value === 'none' ? value : 'mentions';
}

/** The names that mean this person in a message: the one that signs is one of them. */
export function readMentionNames(): readonly string[] {
  const names = get('mentionNames');
  const wellFormed = Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : [];
  const signature = signatureOf(readSignatureName());
  const all = [...wellFormed, ...(signature === '' ? [] : [signature])];
  return [...new Set(all)].filter((name) => name.length <= MAX_ROOM_NAME).slice(0, MAX_MENTION_NAMES);
}

/** The service's address, checked. */
export function readBaseUrl(): BaseUrlCheck {
  const value = get('apiBaseUrl');
  return checkBaseUrl(typeof value === 'string' ? value : '');
}

/** The name as the service would know it, or nothing when it can be none. */
export function wellFormedRoom(name: unknown): RoomName | undefined {
  // Half of a surrogate pair can't be written into an address.
  if (typeof name !== 'string' || /\p{Surrogate}/u.test(name)) return undefined;
  const trimmed = name.trim();
  return trimmed.length <= MAX_ROOM_NAME ? trimmed : undefined;
}

/**
 * The room that is meant by a name that somebody wrote: see `roomNameOf`. The setting stays as it was written.
 * @returns `undefined` when it can be no name
 */
export function roomNamed(name: unknown, hasTestKey: boolean): RoomName | undefined {
  const room = wellFormedRoom(name);
  return room === undefined ? undefined : roomNameOf(room, hasTestKey);
}

/** The rooms to show; the key's default room when none is named. Whatever is no name of a room is left out. */
export function readRooms(hasTestKey: boolean): readonly RoomName[] {
  const named = rawRooms().map(wellFormedRoom);
  const rooms = distinctRooms(
    named.filter((room) => room !== undefined),
    hasTestKey,
  );
  return rooms.length === 0 ? [DEFAULT_ROOM] : rooms.slice(0, MAX_ROOMS);
}

/** Adds a room to the setting. The default room, which an empty setting stands for, stays on the list. */
export async function addToRooms(room: RoomName): Promise<void> {
  const raw = rawRooms();
  await writeRooms(raw.length === 0 ? [DEFAULT_ROOM, room] : [...raw, room]);
}

/** Takes a room out of the setting, by whatever name it stands there, and leaves whatever else stands there. */
export async function removeFromRooms(room: RoomName, hasTestKey: boolean): Promise<void> {
  await writeRooms(rawRooms().filter((name) => roomNamed(name, hasTestKey) !== room));
}

/**
 * The room is written in the setting: it can be moved there, and taken out. One that is not is the default room, or only
 * holds something unsent.
 */
export function isInRooms(room: RoomName, hasTestKey: boolean): boolean {
  return rawRooms().some((name) => roomNamed(name, hasTestKey) === room);
}

/** Moves a room in the setting to where another one stands. Whatever else stands there keeps its order. */
export async function moveInRooms(room: RoomName, target: RoomName, hasTestKey: boolean): Promise<void> {
  const raw = rawRooms();
  const from = raw.findIndex((name) => roomNamed(name, hasTestKey) === room);
  const to = raw.findIndex((name) => roomNamed(name, hasTestKey) === target);
  if (from < 0 || to < 0 || from === to) return;
  await writeRooms(raw.toSpliced(from, 1).toSpliced(to, 0, raw[from]));
}

function rawRooms(): readonly unknown[] {
  const value = get('rooms');
  return Array.isArray(value) ? value : [];
}

/** Writes the rooms where they are written now: to the workspace if that names some, else to the user's settings. */
async function writeRooms(rooms: readonly unknown[]): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('chapi');
  const inWorkspace = vscode.workspace.isTrusted && configuration.inspect('rooms')?.workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update('rooms', rooms, target);
}

/** How often to look, kept within what package.json allows. */
export function readPolling(): PollingSettings {
  return {
    activeSeconds: within(get('polling.activeSeconds'), 0.5, 60, 1),
    backgroundSeconds: within(get('polling.backgroundSeconds'), 5, 3600, 15),
  };
}

/** Whether Enter sends. */
export function readSendOnEnter(): boolean {
  return get('sendOnEnter') !== false;
}

/** Whether the page fetches and shows pictures of authors. */
export function readShowAvatars(): boolean {
  return get('showAvatars') !== false;
}

/** Whether new messages are said to those who listen. */
export function readAnnounceNewMessages(): boolean {
  return get('announceNewMessages') !== false;
}

function within(value: unknown, least: number, most: number, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise;
}

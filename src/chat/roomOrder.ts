import type { RoomName } from './message';

/** A room on the list, in the order that is shown: pinned ones first. */
export interface ListedRoom {
  readonly room: RoomName;
  readonly isPinned: boolean;
  /** It is written in the setting, which the order is kept in. */
  readonly isMovable: boolean;
}

/** The rooms among which one can be moved, itself among them: pinned ones stand first, and keep to themselves. */
function groupOf(rooms: readonly ListedRoom[], room: RoomName): readonly RoomName[] {
  const moved = rooms.find((listed) => listed.room === room);
  if (moved?.isMovable !== true) return [];
  return rooms
    .filter(({ isPinned, isMovable }) => isMovable && isPinned === moved.isPinned)
    .map((listed) => listed.room);
}

/** The room whose place one takes that moves a step up (-1) or down (1); nothing when it can't. */
export function roomBeside(rooms: readonly ListedRoom[], room: RoomName, distance: 1 | -1): RoomName | undefined {
  const group = groupOf(rooms, room);
  const from = group.indexOf(room);
  return from < 0 ? undefined : group[from + distance];
}

/**
 * The room whose place one takes that is dropped on another, or below all of them. Dropped on the other group, it goes to
 * the nearest place in its own: a drag is about the order, and pins nothing. Nothing when it can't be moved, or stays.
 */
export function roomDroppedOn(
  rooms: readonly ListedRoom[],
  room: RoomName,
  target: RoomName | undefined,
): RoomName | undefined {
  const group = groupOf(rooms, room);
  const at = target === undefined ? rooms.length : rooms.findIndex((listed) => listed.room === target);
  if (at < 0) return undefined;
  const places = rooms.map((listed, place) => ({ room: listed.room, distance: Math.abs(place - at) }));
  const nearest = places
    .filter((place) => group.includes(place.room))
    .reduce<(typeof places)[number] | undefined>(
      (best, place) => (best === undefined || place.distance < best.distance ? place : best),
      undefined,
    );
  return nearest?.room === room ? undefined : nearest?.room;
}

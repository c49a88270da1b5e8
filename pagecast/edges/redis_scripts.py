"""The scripts that Redis runs for the bus. Each is one step: no other process sees half of it."""

EXCHANGE = """
local meta, stream, channel = KEYS[1], KEYS[2], KEYS[3]
local run, process, kept, most, epoch, have, rank, fresh, state = unpack(ARGV, 1, 9)
have = tonumber(have)
local known = redis.call('HMGET', meta, 'run', 'epoch', 'offset', 'at', 'rank', 'ranked')
local created = 0
if known[1] ~= run then
    if state == '' then return false end
    redis.call('DEL', meta, stream)
    redis.call('HSET', meta, 'run', run, 'epoch', fresh, 'offset', 0, 'at', 0, 'state', state)
    redis.call('HSET', meta, 'rank', rank, 'ranked', have)
    known = {run, fresh, 0}
    created = 1
elseif state ~= '' and known[4] == '0' and (rank > known[5] or rank == known[5] and have > tonumber(known[6])) then
    redis.call('HSET', meta, 'epoch', fresh, 'state', state, 'rank', rank, 'ranked', have)
    known[2] = fresh
end
local offset = tonumber(known[3])
if #ARGV > 9 then
    local field, before = 'sent:' .. process, offset
    local sent = tonumber(redis.call('HGET', meta, field) or 0)
    for i = 10, #ARGV, 2 do
        local number = tonumber(ARGV[i])
        if number > sent then
            offset, sent = offset + 1, number
            redis.call('XADD', stream, 'MAXLEN', '~', most, offset .. '-0', process, number, 'event', ARGV[i + 1])
        end
    end
    if offset > before then
        redis.call('HSET', meta, 'offset', offset, field, sent)
        redis.call('PUBLISH', channel, offset)
    end
end
redis.call('PEXPIRE', meta, kept)
redis.call('PEXPIRE', stream, kept)
if known[2] == epoch and have <= offset then
    local events = {}
    if have < offset then events = redis.call('XRANGE', stream, (have + 1) .. '-0', '+') end
    if #events == offset - have then return {known[2], offset, created, events} end
end
local base = redis.call('HMGET', meta, 'at', 'state')
return {known[2], offset, created, redis.call('XRANGE', stream, (base[1] + 1) .. '-0', '+'), base[2]}
"""
"""Appends events, and returns those that a process has not heard: after its offset, or after a state.

Returns nil where the document is not in Redis and no state came with the call. An event that was sent before is
skipped: its number is not above the last one of its process.

``rank`` is the epoch that the state is of, where that was before Redis restarted. Of the processes that come back, the
one that has heard most gives the state that all go on from, also if another one was first. The events that are in the
stream by then follow it.
"""

KEEP = """
local known = redis.call('HMGET', KEYS[1], 'epoch', 'at')
if known[1] == ARGV[1] and tonumber(known[2]) < tonumber(ARGV[2]) then
    redis.call('HSET', KEYS[1], 'at', ARGV[2], 'state', ARGV[3])
end
"""
"""Replaces the kept state of a document by a later one."""

FORGET = """
if redis.call('EXISTS', KEYS[1]) == 1 then
    local offset = redis.call('HGET', KEYS[1], 'offset')
    redis.call('DEL', KEYS[2])
    redis.call('HSET', KEYS[1], 'at', offset, 'state', ARGV[1])
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
"""
"""Replaces all that is kept of a document by a state. Processes that have missed an event go on from it."""

LIVE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 3600)
return redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[2], '+inf')
"""
"""Notes that a process lives, and returns those that do."""

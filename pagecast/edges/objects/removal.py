"""Remove the files of uploads from the bucket, except those that the record names or a lease protects."""

from pagecast.edges.objects.bucket import Bucket, ObjectMissing
from pagecast.edges.objects.manifest import Manifest
from pagecast.edges.objects.objects import Objects, made_folder
from pagecast.protocol.facts import changed, decoder
from pagecast.room.record import Record

decode_stored_record = decoder(Record)


def record_path(uuid: str) -> str:
    """Return where the record of a document is."""
    return f"documents/{uuid}/document.json"


def stored_record(bucket: Bucket, uuid: str) -> Record | None:
    """Return a document's record: an empty one if there is none, None if it cannot be decoded."""
    try:
        record: Record = decode_stored_record(bucket.get(record_path(uuid))[0])
    except ObjectMissing:
        return Record()
    except ValueError:
        return None
    return record


def remove_upload(objects: Objects, uuid: str, key: str) -> None:
    """Remove all files of an upload; of one that is needed, the editions that are not."""
    record = stored_record(objects.bucket, uuid)
    if record is None:
        return
    if objects.leases.is_held(key) or any(version.key == key for version in record.versions):
        _remove_editions(objects, uuid, key, record)
    else:
        objects.remove(uuid, key)


def remove_editions(objects: Objects, uuid: str, key: str, but: frozenset[int]) -> None:
    """Remove all editions of an upload except those in ``but``, and those that are needed."""
    record = stored_record(objects.bucket, uuid)
    if record is not None:
        _remove_editions(objects, uuid, key, record, but)


def _remove_editions(objects: Objects, uuid: str, key: str, record: Record, but: frozenset[int] = frozenset()) -> None:
    named = {version.edition for version in record.versions if version.key == key}

    def change(before: Manifest) -> Manifest:
        kept = {
            number: edition
            for number, edition in before.editions.items()
            if number in but | named or objects.leases.is_held(key, number)
        }
        return changed(before, editions=kept)

    kept = objects.update(uuid, key, change).editions
    made = list(objects.bucket.list(made_folder(uuid, key)))
    gone = [one for one in made if int(one.path.rpartition("/")[2].partition(".")[0]) not in kept]
    objects.bucket.remove([one.path for one in gone])
    objects.count(-sum(one.size for one in gone))

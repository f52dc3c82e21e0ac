#!/usr/bin/env bash
# Builds deploy/Containerfile and runs it, where no registry of images can be reached: the base is made of Debian's
# own packages. Needs root, and Debian's buildah, crun, debootstrap, bubblewrap; a wheel in dist/; some five minutes.
# Shown: each step of the file works, libraries match their hashes, the image serves as a user without rights in a
# root file system that takes nothing new, and its health check finds so. Not shown: that python:3.12-slim does too.
set -euo pipefail
cd "$(dirname "$0")/.."
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
base="localhost/milepost-try-base" image="localhost/milepost-try" work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! buildah inspect --type image "$base" >/dev/null 2>&1; then
    debootstrap --variant=minbase --include=python3,python3-venv,python-is-python3,ca-certificates \
        bookworm "$work/base" >/dev/null
    box=$(buildah from scratch)
    buildah copy -q "$box" "$work/base" / >/dev/null
    buildah config --env PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin "$box"
    buildah commit -q "$box" "$base" >/dev/null
    buildah rm "$box" >/dev/null
fi
buildah bud --layers --format docker --network host --build-arg "BASE=$base" -f deploy/Containerfile \
    --ignorefile deploy/Containerfile.containerignore --volume /etc/ssl/certs:/etc/ssl/certs:ro -t "$image" .
buildah inspect --type image "$image" | grep -q Healthcheck || { echo "the image has no health check"; exit 1; }

box=$(buildah from "$image")
root=$(buildah mount "$box")
trap 'buildah umount "$box" >/dev/null; buildah rm "$box" >/dev/null; rm -rf "$work"' EXIT
mkdir -p "$work/data" "$work/root" && chmod 711 "$work" && chown 8420:8420 "$work/data"
INSIDE=$(cat <<'END'
set -eu
id -u
for place in /x /etc/x /opt/milepost/x; do
    if touch $place 2>/dev/null; then echo "wrote to $place"; exit 1; fi
done
milepost new /tmp/first --example ridge >/dev/null
milepost import /tmp/first /data/corridor.db >/dev/null
head -c 24 /dev/urandom | base64 | milepost people add sara --role secretariat --people /data/people.db --password-stdin
"$@" 2>/dev/null & server=$!
for turn in $(seq 60); do
    if python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8420/health/live', timeout=4)" 2>/dev/null
    then echo "healthy after $turn tries"; kill $server; wait $server; echo "ended: $?"; exit 0; fi
    sleep 1
done
echo "not healthy within a minute"; exit 1
END
)
# the command as the image has it
mapfile -t command < <(buildah inspect --type image "$image" | python3 -c '
import json, sys
about = json.load(sys.stdin)["Docker"]["config"]
print("\n".join([*about["Entrypoint"], *about["Cmd"]]))')
export WORK="$work" ROOT="$root" INSIDE
unshare --mount bash -c '
    mount --bind "$ROOT" "$WORK/root" && chmod 755 "$WORK/root" &&
    exec setpriv --reuid 8420 --regid 8420 --clear-groups --no-new-privs bwrap --ro-bind "$WORK/root" / \
        --dev /dev --proc /proc --tmpfs /tmp --bind "$WORK/data" /data --unshare-all --cap-drop ALL --die-with-parent --chdir /data --clearenv \
        --setenv PATH /opt/milepost/bin:/usr/bin:/bin --setenv NUMBA_CACHE_DIR /data/.compiled \
        --setenv PYTHONDONTWRITEBYTECODE 1 sh -c "$INSIDE" - "$@"' - "${command[@]}"

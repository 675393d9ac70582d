// Gocheck accepts or refuses a log folder with the Go checksum database's own code, and with nothing of Bongsu's.
// Usage: gocheck FOLDER VKEY [WITNESS-VKEY...]. It exits with 0 when every entry, every tile, the root, the signature and
// sample proofs are right, and with 1 otherwise. With witnesses it opens the witnessed checkpoint too, whose tree must be
// the one that is served, and counts their cosignatures.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("usage: gocheck FOLDER VKEY [WITNESS-VKEY...]")
	}
	files := tileFiles{os.Args[1]}
	tree, _ := files.openCheckpoint("checkpoint", os.Args[2], nil)
	hashes := files.hashEntries(tree.N)
	root, err := tlog.TreeHash(tree.N, hashes)
	check(err, "root")
	if root != tree.Hash {
		log.Fatal("root: the entries do not give the one that was signed")
	}
	tiles := files.compareTiles(tree.N, hashes)
	proofs := checkProofs(tree, tlog.TileHashReader(tree, files))
	fmt.Printf("ok: %d entries, %d tiles, %d proofs\n", tree.N, tiles, proofs)
	if witnesses := os.Args[3:]; len(witnesses) > 0 {
		witnessed, signed := files.openCheckpoint("checkpoint.witnessed", os.Args[2], witnesses)
		older, err := tlog.TreeHash(witnessed.N, hashes)
		check(err, "witnessed root")
		if older != witnessed.Hash {
			log.Fatal("checkpoint.witnessed: not of the tree that is served")
		}
		fmt.Printf("witnessed: %d entries, %d cosignatures, %d unknown\n",
			witnessed.N, len(signed.Sigs)-1, len(signed.UnverifiedSigs))
	}
}

// tileFiles reads the files of a log. It is the reader of tlog.TileHashReader too.
type tileFiles struct{ folder string }

func (f tileFiles) Height() int { return tileHeight }

func (f tileFiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (f tileFiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	contents := make([][]byte, len(wanted))
	for i, tile := range wanted {
		content, err := f.read(tile)
		if err != nil {
			return nil, err
		}
		contents[i] = content
	}
	return contents, nil
}

// read takes the names of the checksum database (tile/8/0/000, tile/8/data/000) to those of tlog-tiles.
func (f tileFiles) read(tile tlog.Tile) ([]byte, error) {
	path := strings.Replace(strings.TrimPrefix(tile.Path(), "tile/8/"), "data/", "entries/", 1)
	return os.ReadFile(filepath.Join(f.folder, "tile", filepath.FromSlash(path)))
}

func (f tileFiles) openCheckpoint(file, vkey string, witnesses []string) (tlog.Tree, *note.Note) {
	verifier, err := note.NewVerifier(vkey)
	check(err, "key")
	verifiers := []note.Verifier{verifier}
	for _, witness := range witnesses {
		verifiers = append(verifiers, newCosignatureVerifier(witness))
	}
	text, err := os.ReadFile(filepath.Join(f.folder, file))
	check(err, file)
	signed, err := note.Open(text, note.VerifierList(verifiers...))
	check(err, file)
	if signed.Sigs[0].Name != verifier.Name() || signed.Sigs[0].Hash != verifier.KeyHash() {
		log.Fatalf("%s: not signed by its log first", file)
	}
	lines := strings.SplitN(signed.Text, "\n", 4)
	if len(lines) != 4 || lines[0] != verifier.Name() {
		log.Fatalf("%s: not of this log", file)
	}
	// The checksum database's trees say "go.sum database tree" where a log has its origin; the rest is the same.
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + lines[1] + "\n" + lines[2] + "\n"))
	check(err, file)
	if tree.N == 0 {
		log.Fatalf("%s: an empty log, so there is nothing to check", file)
	}
	return tree, signed
}

// cosignatureVerifier verifies Ed25519 cosignatures of C2SP tlog-cosignature (type 0x04), which the checksum database
// knows nothing of.
type cosignatureVerifier struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosignatureVerifier(vkey string) note.Verifier {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		log.Fatal("witness key: not a key")
	}
	typed, err := base64.StdEncoding.DecodeString(parts[2])
	check(err, "witness key")
	if len(typed) != 1+ed25519.PublicKeySize || typed[0] != 4 {
		log.Fatal("witness key: not of type 0x04")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), typed...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		log.Fatal("witness key: not its key ID")
	}
	return &cosignatureVerifier{parts[0], hash, typed[1:]}
}

func (v *cosignatureVerifier) Name() string { return v.name }

func (v *cosignatureVerifier) KeyHash() uint32 { return v.hash }

func (v *cosignatureVerifier) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(v.key, append([]byte(head), text...), signature[8:])
}

// storedHashes holds every hash of a tree in the checksum database's order.
type storedHashes []tlog.Hash

func (s storedHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = s[index]
	}
	return hashes, nil
}

// hashEntries builds the whole tree from the bundles alone.
func (f tileFiles) hashEntries(size int64) storedHashes {
	var hashes storedHashes
	for first := int64(0); first < size; first += tileWidth {
		width := size - first
		if width > tileWidth {
			width = tileWidth
		}
		bundle, err := f.read(tlog.Tile{H: tileHeight, L: -1, N: first / tileWidth, W: int(width)})
		check(err, "bundle")
		for index := first; index < first+width; index++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				log.Fatalf("entry %d: cut short", index)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			added, err := tlog.StoredHashes(index, bundle[2:end], hashes)
			check(err, "entry")
			hashes = append(hashes, added...)
			bundle = bundle[end:]
		}
		if len(bundle) != 0 {
			log.Fatalf("bundle of entry %d: %d octets too many", first, len(bundle))
		}
	}
	return hashes
}

// compareTiles compares every tile file with the tree. tlog.TileHashReader alone would not do: in x/mod 0.7.0, which is
// what Debian has, it leaves some of the tiles that it reads unchecked. Later versions mended that.
func (f tileFiles) compareTiles(size int64, hashes storedHashes) (count int) {
	for _, tile := range tlog.NewTiles(tileHeight, 0, size) {
		// NewTiles lists the narrower forms of a partial tile too, which belong to smaller sizes.
		if tile.W < tileWidth && int64(tile.W) != size>>(tileHeight*tile.L)%tileWidth {
			continue
		}
		expected, err := tlog.ReadTileData(tile, hashes)
		check(err, "tile")
		content, err := f.read(tile)
		check(err, "tile")
		if !bytes.Equal(content, expected) {
			log.Fatalf("%s: not the hashes of the entries", strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		}
		count++
	}
	return count
}

// checkProofs makes proofs from the tile files as a client does, and checks them against the signed root.
func checkProofs(tree tlog.Tree, hashes tlog.HashReader) (count int) {
	for _, index := range []int64{0, tree.N / 3, tree.N / 2, tree.N - 1} {
		leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		check(err, "tile")
		inclusion, err := tlog.ProveRecord(tree.N, index, hashes)
		check(err, "inclusion proof")
		check(tlog.CheckRecord(inclusion, tree.N, tree.Hash, index, leaf[0]), "inclusion proof")
		older := index + 1
		olderRoot, err := tlog.TreeHash(older, hashes)
		check(err, "tile")
		consistency, err := tlog.ProveTree(tree.N, older, hashes)
		check(err, "consistency proof")
		check(tlog.CheckTree(consistency, tree.N, tree.Hash, older, olderRoot), "consistency proof")
		count += 2
	}
	return count
}

func check(err error, what string) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}

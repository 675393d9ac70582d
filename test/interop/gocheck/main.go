// Gocheck accepts or refuses a log folder with the Go checksum database's own code, and with nothing of Bongsu's.
// Usage: gocheck FOLDER VKEY. It exits with 0 when every entry, every tile's hash that it needs, the root, the signature
// and sample proofs are right, and with 1 otherwise.
package main

import (
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
	if len(os.Args) != 3 {
		log.Fatal("usage: gocheck FOLDER VKEY")
	}
	folder := tiles{os.Args[1]}
	tree := folder.openCheckpoint(os.Args[2])
	hashes := tlog.TileHashReader(tree, folder)
	folder.checkEntries(tree, hashes)
	proofs := checkProofs(tree, hashes)
	fmt.Printf("ok: %d entries, %d proofs\n", tree.N, proofs)
}

// tiles reads a log folder for tlog.TileHashReader, which checks every tile against the root before it uses it.
type tiles struct{ folder string }

func (t tiles) Height() int { return tileHeight }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	contents := make([][]byte, len(wanted))
	for i, tile := range wanted {
		content, err := t.read(tile)
		if err != nil {
			return nil, err
		}
		contents[i] = content
	}
	return contents, nil
}

// read takes the names of the checksum database (tile/8/0/000, tile/8/data/000) to those of tlog-tiles.
func (t tiles) read(tile tlog.Tile) ([]byte, error) {
	path := strings.Replace(strings.TrimPrefix(tile.Path(), "tile/8/"), "data/", "entries/", 1)
	return os.ReadFile(filepath.Join(t.folder, "tile", filepath.FromSlash(path)))
}

func (t tiles) openCheckpoint(vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	check(err, "key")
	text, err := os.ReadFile(filepath.Join(t.folder, "checkpoint"))
	check(err, "checkpoint")
	signed, err := note.Open(text, note.VerifierList(verifier))
	check(err, "checkpoint")
	lines := strings.SplitN(signed.Text, "\n", 4)
	if len(lines) != 4 || lines[0] != verifier.Name() {
		log.Fatal("checkpoint: not of this log")
	}
	// The checksum database's trees say "go.sum database tree" where a log has its origin; the rest is the same.
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + lines[1] + "\n" + lines[2] + "\n"))
	check(err, "checkpoint")
	if tree.N == 0 {
		log.Fatal("checkpoint: an empty log, so there is nothing to check")
	}
	return tree
}

// checkEntries hashes every entry of every bundle and compares it with the tree under the signed root.
func (t tiles) checkEntries(tree tlog.Tree, hashes tlog.HashReader) {
	for first := int64(0); first < tree.N; first += tileWidth {
		width := int(tree.N - first)
		if width > tileWidth {
			width = tileWidth
		}
		bundle, err := t.read(tlog.Tile{H: tileHeight, L: -1, N: first / tileWidth, W: width})
		check(err, "bundle")
		wanted := make([]int64, width)
		for i := range wanted {
			wanted[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		leaves, err := hashes.ReadHashes(wanted)
		check(err, "tile")
		for i, leaf := range leaves {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				log.Fatalf("entry %d: cut short", first+int64(i))
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			if tlog.RecordHash(bundle[2:end]) != leaf {
				log.Fatalf("entry %d: not the entry that was signed", first+int64(i))
			}
			bundle = bundle[end:]
		}
		if len(bundle) != 0 {
			log.Fatalf("bundle of entry %d: %d octets too many", first, len(bundle))
		}
	}
}

// checkProofs makes proofs from the tiles and checks them: this tells wrong hashes above the leaves.
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

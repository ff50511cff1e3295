// Reads a log as others do: with the Go team's sumdb/note and sumdb/tlog and the transparency.dev checkpoint parser.
// It opens the checkpoint, proves the first, a middle and the last entry, and that the log extends an earlier head.
// Prints one line for each thing that holds; ends with status 1 and the reason at the first that does not.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"

	checkpoint "github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

type reader struct{ url string }

func (r reader) get(path string) ([]byte, error) {
	response, err := http.Get(r.url + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(response.Body)
}

// number encodes a tile's index as C2SP tlog-tiles does: x001/x234/067.
func number(n int64) string {
	text := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		text = fmt.Sprintf("x%03d/%s", n%1000, text)
	}
	return text
}

func path(level string, n int64, w int) string {
	if w == width {
		return fmt.Sprintf("tile/%s/%s", level, number(n))
	}
	return fmt.Sprintf("tile/%s/%s.p/%d", level, number(n), w)
}

func (r reader) Height() int { return 8 }

func (r reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		bytes, err := r.get(path(fmt.Sprint(tile.L), tile.N, tile.W))
		if err != nil {
			return nil, err
		}
		data[i] = bytes
	}
	return data, nil
}

func (r reader) SaveTiles([]tlog.Tile, [][]byte) {}

func (r reader) entry(index, size int64) ([]byte, error) {
	n, w := index/width, min(width, size-index/width*width)
	bundle, err := r.get(path("entries", n, int(w)))
	if err != nil {
		return nil, err
	}
	for i := int64(0); ; i++ {
		length := int(binary.BigEndian.Uint16(bundle))
		if i == index%width {
			return bundle[2 : 2+length], nil
		}
		bundle = bundle[2+length:]
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	url := flag.String("url", "", "the log's URL")
	key := flag.String("key", "", "its verifier key")
	origin := flag.String("origin", "", "its name")
	since := flag.Int64("since", 0, "size of an earlier head")
	root := flag.String("root", "", "root of that head, base64")
	flag.Parse()
	r := reader{*url}

	verifier, err := note.NewVerifier(*key)
	check(err)
	text, err := r.get("checkpoint")
	check(err)
	head, _, _, err := checkpoint.ParseCheckpoint(text, *origin, verifier)
	check(err)
	size := int64(head.Size)
	var hash tlog.Hash
	copy(hash[:], head.Hash)
	fmt.Println("checkpoint", size)

	hashes := tlog.TileHashReader(tlog.Tree{N: size, Hash: hash}, r)
	for _, index := range []int64{0, size / 2, size - 1} {
		data, err := r.entry(index, size)
		check(err)
		proof, err := tlog.ProveRecord(size, index, hashes)
		check(err)
		check(tlog.CheckRecord(proof, size, hash, index, tlog.RecordHash(data)))
		fmt.Println("entry", index)
	}

	if *since == 0 {
		return
	}
	earlier, err := base64.StdEncoding.DecodeString(*root)
	check(err)
	var old tlog.Hash
	copy(old[:], earlier)
	proof, err := tlog.ProveTree(size, *since, hashes)
	check(err)
	check(tlog.CheckTree(proof, size, hash, *since, old))
	fmt.Println("extends", *since)
}

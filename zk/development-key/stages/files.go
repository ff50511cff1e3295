package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
)

const bufferBytes = 4 << 20

// read hands an open file to take, and names the file in what goes wrong.
func read(path string, take func(io.Reader) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("an earlier stage's file is missing: %w", err)
	}
	defer file.Close()
	if err := take(bufio.NewReaderSize(file, bufferBytes)); err != nil {
		return fmt.Errorf("%s cannot be read (delete it and run its stage again): %w", path, err)
	}
	return nil
}

// write lets fill write a file whole or not at all.
func write(path string, fill func(*bufio.Writer) error) error {
	part := path + ".part"
	file, err := os.Create(part)
	if err != nil {
		return err
	}
	defer file.Close()
	buffer := bufio.NewWriterSize(file, bufferBytes)
	if err := fill(buffer); err != nil {
		return fmt.Errorf("%s: %w", part, err)
	}
	if err := buffer.Flush(); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return os.Rename(part, path)
}
